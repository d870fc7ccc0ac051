"""Edge ↔ hub. `port` says the verbs, `subjects` the names, `envelope` the message; `nats` and `memory` carry them."""

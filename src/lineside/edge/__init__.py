"""The station, in the order a product passes: agent, trigger, camera, machine, record, outbox, publish, evidence, output."""

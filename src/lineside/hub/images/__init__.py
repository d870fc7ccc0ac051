"""Evidence: pictures below `evidence/`, named by their content, written once."""

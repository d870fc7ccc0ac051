"""All SQL. One file per noun, each statement beside the function that runs it; `migrations/` holds the schema."""

"""The document relay's SQL: tables and the queries over them."""

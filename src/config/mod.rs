//! The configuration file: schema, load, validate.

//! The command line: one file a subcommand, output formats, exit codes.

//! Where findings come from: the SOURCES table, the supervisor, one file a service, and files.

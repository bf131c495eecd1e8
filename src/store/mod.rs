//! The in-memory store: interned strings, columns, raw blocks, bitmap indexes, snapshots, counts.

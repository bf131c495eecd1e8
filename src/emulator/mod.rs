//! The embedded AWS endpoint on loopback: one file a service, limits, faults, seeded data.

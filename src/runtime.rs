//! The only select! loop: keys, frames and snapshots meet here.

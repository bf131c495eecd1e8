//! Bytes to the model: one file a format; tolerant; every record is decoded or reported.

//! pack_features

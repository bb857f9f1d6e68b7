//! A network of the BERT family (Devlin et al., 2019): embeddings, layers of attention and feed-forward, no head.
//!
//! Texts are computed side by side without padding: a batch is one matrix with a row a token, text after text, and only
//! attention looks at where a text begins and ends. A text in a batch is therefore computed as if it stood alone.

mod attention;
mod integer_kernels;
mod kernels;
mod layer;
mod linear;
mod memory;
mod network;
mod packed_batch;
mod pooling;
mod quantised;

pub(crate) use network::Network;
pub(crate) use packed_batch::PackedBatch;
pub(crate) use pooling::pool;

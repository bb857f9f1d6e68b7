//! The settings of a model, as Hugging Face and sentence-transformers write them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::model_files::ModelFiles;
use crate::{LoadError, TextKind};

/// What is put in front of a text on either side before it is encoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prompts {
    /// In front of a query, such as `query: `.
    pub query: String,
    /// In front of a passage, such as `passage: `.
    pub passage: String,
}

impl Prompts {
    /// The prefix for one side.
    #[must_use]
    pub fn of(&self, kind: TextKind) -> &str {
        match kind {
            TextKind::Query => &self.query,
            TextKind::Passage => &self.passage,
        }
    }
}

/// How the rows of a text become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pooling {
    /// The mean of all rows.
    Mean,
    /// The first row.
    FirstToken,
}

/// The activation between the two matrices of the feed-forward part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activation {
    /// x · Φ(x), exactly.
    Gelu,
    /// The approximation of it with the hyperbolic tangent.
    GeluTanh,
    /// max(x, 0).
    Relu,
}

/// The sizes and choices of a network of the BERT family.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NetworkConfig {
    pub vocabulary_size: usize,
    pub hidden_size: usize,
    pub layers: usize,
    pub heads: usize,
    pub feed_forward_size: usize,
    /// Rows of the position embeddings.
    pub positions: usize,
    /// The row of the first token: 0 for BERT; RoBERTa counts from the padding's number + 1.
    pub first_position: usize,
    pub token_types: usize,
    pub layer_norm_epsilon: f32,
    pub padding_id: u32,
    pub activation: Activation,
}

impl NetworkConfig {
    /// The most tokens that a text may have.
    pub(crate) fn max_tokens(&self) -> usize {
        self.positions.saturating_sub(self.first_position)
    }
}

/// All settings of a model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ModelConfig {
    pub network: NetworkConfig,
    pub pooling: Pooling,
    pub prompts: Prompts,
    /// The most tokens of a text, special ones included.
    pub max_tokens: usize,
}

impl ModelConfig {
    /// Reads `config.json` and, where they are there, `1_Pooling/config.json`, `sentence_bert_config.json` and
    /// `config_sentence_transformers.json`.
    pub(crate) fn read(files: &ModelFiles) -> Result<Self, LoadError> {
        let network = read_network(files)?;
        let pooling = read_pooling(files)?;
        let prompts = read_prompts(files)?;
        let limit: SentenceBertFile =
            read_json_optional(files, "sentence_bert_config.json")?.unwrap_or_default();
        let wanted = limit.max_seq_length.unwrap_or(usize::MAX);
        let max_tokens = wanted.max(SMALLEST_WINDOW).min(network.max_tokens());
        Ok(Self { network, pooling, prompts, max_tokens })
    }
}

const CONFIG_FILE: &str = "config.json";

#[derive(Deserialize)]
struct ConfigFile {
    model_type: String,
    vocab_size: usize,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    hidden_act: Option<String>,
    max_position_embeddings: usize,
    type_vocab_size: Option<usize>,
    layer_norm_eps: Option<f64>,
    pad_token_id: Option<u32>,
    position_embedding_type: Option<String>,
}

fn read_network(files: &ModelFiles) -> Result<NetworkConfig, LoadError> {
    let file: ConfigFile = read_json(files, CONFIG_FILE)?;
    let roberta = match file.model_type.as_str() {
        "bert" => false,
        "roberta" | "xlm-roberta" | "camembert" => true,
        _ => {
            return Err(LoadError::Unsupported {
                setting: "model_type",
                value: file.model_type,
                supported: "bert, roberta, xlm-roberta, camembert",
            });
        }
    };
    let activation = match file.hidden_act.as_deref() {
        None | Some("gelu") => Activation::Gelu,
        Some("gelu_new" | "gelu_pytorch_tanh") => Activation::GeluTanh,
        Some("relu") => Activation::Relu,
        Some(other) => {
            return Err(LoadError::Unsupported {
                setting: "hidden_act",
                value: other.to_owned(),
                supported: "gelu, gelu_new, gelu_pytorch_tanh, relu",
            });
        }
    };
    if let Some(other) = file.position_embedding_type.filter(|kind| kind != "absolute") {
        return Err(LoadError::Unsupported {
            setting: "position_embedding_type",
            value: other,
            supported: "absolute",
        });
    }
    // The defaults of Hugging Face's configuration classes.
    let padding_id = file.pad_token_id.unwrap_or(u32::from(roberta));
    let first_position = if roberta { padding_id as usize + 1 } else { 0 };
    let config = NetworkConfig {
        vocabulary_size: file.vocab_size,
        hidden_size: file.hidden_size,
        layers: file.num_hidden_layers,
        heads: file.num_attention_heads,
        feed_forward_size: file.intermediate_size,
        positions: file.max_position_embeddings,
        first_position,
        token_types: file.type_vocab_size.unwrap_or(2),
        layer_norm_epsilon: file.layer_norm_eps.unwrap_or(1e-12) as f32,
        padding_id,
        activation,
    };
    check(&config).map_err(|reason| LoadError::Malformed { path: files.path(CONFIG_FILE), reason })?;
    Ok(config)
}

/// The contradictions that would only show as nonsense later.
fn check(config: &NetworkConfig) -> Result<(), String> {
    let NetworkConfig { hidden_size, heads, .. } = *config;
    if hidden_size == 0 || heads == 0 || !hidden_size.is_multiple_of(heads) {
        return Err(format!("hidden_size {hidden_size} does not divide into {heads} attention heads"));
    }
    if config.feed_forward_size == 0 || config.token_types == 0 {
        return Err("intermediate_size and type_vocab_size must be at least 1".to_owned());
    }
    if config.padding_id as usize >= config.vocabulary_size {
        return Err(format!("pad_token_id is not among the {} pieces", config.vocabulary_size));
    }
    if config.max_tokens() < SMALLEST_WINDOW {
        return Err(format!("max_position_embeddings {} leaves no room for a text", config.positions));
    }
    if !config.layer_norm_epsilon.is_finite() || config.layer_norm_epsilon < 0.0 {
        return Err("layer_norm_eps must be a number that is not negative".to_owned());
    }
    Ok(())
}

/// Tokens that a window must hold: the special ones at either end and some text between them.
const SMALLEST_WINDOW: usize = 8;

#[derive(Default, Deserialize)]
#[serde(default)]
struct PoolingFile {
    pooling_mode_mean_tokens: bool,
    pooling_mode_cls_token: bool,
    pooling_mode_max_tokens: bool,
    pooling_mode_mean_sqrt_len_tokens: bool,
    pooling_mode_weightedmean_tokens: bool,
    pooling_mode_lasttoken: bool,
}

fn read_pooling(files: &ModelFiles) -> Result<Pooling, LoadError> {
    let Some(file) = read_json_optional::<PoolingFile>(files, "1_Pooling/config.json")? else {
        return Ok(Pooling::Mean);
    };
    let other = file.pooling_mode_max_tokens
        || file.pooling_mode_mean_sqrt_len_tokens
        || file.pooling_mode_weightedmean_tokens
        || file.pooling_mode_lasttoken;
    match (file.pooling_mode_mean_tokens, file.pooling_mode_cls_token, other) {
        (true, false, false) => Ok(Pooling::Mean),
        (false, true, false) => Ok(Pooling::FirstToken),
        _ => Err(LoadError::Unsupported {
            setting: "pooling_mode",
            value: "another or several".to_owned(),
            supported: "pooling_mode_mean_tokens alone, pooling_mode_cls_token alone",
        }),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SentenceBertFile {
    max_seq_length: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct SentenceTransformersFile {
    prompts: BTreeMap<String, String>,
}

fn read_prompts(files: &ModelFiles) -> Result<Prompts, LoadError> {
    let file: SentenceTransformersFile =
        read_json_optional(files, "config_sentence_transformers.json")?.unwrap_or_default();
    let prompt =
        |names: &[&str]| names.iter().find_map(|name| file.prompts.get(*name)).cloned().unwrap_or_default();
    Ok(Prompts { query: prompt(&["query"]), passage: prompt(&["passage", "document"]) })
}

fn read_json<T: DeserializeOwned>(files: &ModelFiles, file: &str) -> Result<T, LoadError> {
    parse_json(files, file, &files.read(file)?)
}

fn read_json_optional<T: DeserializeOwned>(files: &ModelFiles, file: &str) -> Result<Option<T>, LoadError> {
    files.read_optional(file)?.map(|data| parse_json(files, file, &data)).transpose()
}

fn parse_json<T: DeserializeOwned>(files: &ModelFiles, file: &str, data: &[u8]) -> Result<T, LoadError> {
    serde_json::from_slice(data)
        .map_err(|error| LoadError::Malformed { path: files.path(file), reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::{Value, json};

    use super::*;

    fn base() -> Value {
        json!({
            "model_type": "bert", "vocab_size": 100, "hidden_size": 32, "num_hidden_layers": 1,
            "num_attention_heads": 4, "intermediate_size": 64, "max_position_embeddings": 66
        })
    }

    fn read(files: &[(&str, Value)]) -> Result<ModelConfig, LoadError> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("1_Pooling")).unwrap();
        for (name, value) in files {
            fs::write(folder.path().join(name), value.to_string()).unwrap();
        }
        ModelConfig::read(&ModelFiles::folder(folder.path()).unwrap())
    }

    fn with(key: &str, value: Value) -> Value {
        let mut config = base();
        config[key] = value;
        config
    }

    #[test]
    fn bert_counts_positions_from_zero_and_roberta_after_the_padding() {
        let bert = read(&[("config.json", base())]).unwrap();
        assert_eq!((bert.network.first_position, bert.max_tokens), (0, 66));
        let roberta = read(&[("config.json", with("model_type", json!("xlm-roberta")))]).unwrap();
        assert_eq!((roberta.network.first_position, roberta.max_tokens), (2, 64));
    }

    #[test]
    fn sentence_transformers_files_are_honoured() {
        let config = read(&[
            ("config.json", base()),
            ("1_Pooling/config.json", json!({"pooling_mode_cls_token": true})),
            ("sentence_bert_config.json", json!({"max_seq_length": 20})),
            ("config_sentence_transformers.json", json!({"prompts": {"query": "q: ", "document": "d: "}})),
        ])
        .unwrap();
        assert_eq!(config.pooling, Pooling::FirstToken);
        assert_eq!(config.max_tokens, 20);
        assert_eq!(config.prompts.of(TextKind::Query), "q: ");
        assert_eq!(config.prompts.of(TextKind::Passage), "d: ");
    }

    #[test]
    fn mean_pooling_without_prefixes_is_the_default() {
        let config = read(&[("config.json", base())]).unwrap();
        assert_eq!((config.pooling, config.prompts), (Pooling::Mean, Prompts::default()));
    }

    #[test]
    fn settings_that_are_not_supported_are_named() {
        for (key, value) in [
            ("model_type", json!("gpt2")),
            ("hidden_act", json!("silu")),
            ("position_embedding_type", json!("relative_key")),
        ] {
            let error = read(&[("config.json", with(key, value))]).unwrap_err();
            assert!(matches!(error, LoadError::Unsupported { setting, .. } if setting == key));
        }
        let pooling = json!({"pooling_mode_max_tokens": true});
        let error = read(&[("config.json", base()), ("1_Pooling/config.json", pooling)]).unwrap_err();
        assert!(matches!(error, LoadError::Unsupported { setting: "pooling_mode", .. }));
    }

    #[test]
    fn settings_that_contradict_each_other_are_malformed() {
        for (key, value) in [
            ("num_attention_heads", json!(5)),
            ("num_attention_heads", json!(0)),
            ("hidden_size", json!(0)),
            ("max_position_embeddings", json!(2)),
            ("pad_token_id", json!(100)),
            ("layer_norm_eps", json!(-1.0)),
            ("hidden_size", json!("many")),
        ] {
            let error = read(&[("config.json", with(key, value))]).unwrap_err();
            assert!(matches!(error, LoadError::Malformed { .. }), "{key}: {error}");
        }
    }
}

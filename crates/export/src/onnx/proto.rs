//! The messages of `onnx.proto` that a pipeline needs, with the numbers of their fields there (IR version 10).

use prost::Message;

/// `IR_VERSION` of ONNX 1.16.
pub const IR_VERSION: i64 = 10;

/// `AttributeProto.AttributeType`.
pub mod attribute {
    pub const INT: i32 = 2;
    pub const STRING: i32 = 3;
    pub const TENSOR: i32 = 4;
    pub const INTS: i32 = 7;
    pub const STRINGS: i32 = 8;
}

/// `TensorProto.DataType`.
pub mod data {
    pub const UINT8: i32 = 2;
    pub const INT64: i32 = 7;
    pub const STRING: i32 = 8;
    pub const DOUBLE: i32 = 11;
}

#[derive(Clone, PartialEq, Message)]
pub struct Model {
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    #[prost(string, tag = "2")]
    pub producer_name: String,
    #[prost(string, tag = "3")]
    pub producer_version: String,
    #[prost(string, tag = "6")]
    pub doc_string: String,
    #[prost(message, optional, tag = "7")]
    pub graph: Option<Graph>,
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<OperatorSet>,
    #[prost(message, repeated, tag = "14")]
    pub metadata_props: Vec<Entry>,
}

#[derive(Clone, PartialEq, Message)]
pub struct OperatorSet {
    #[prost(string, tag = "1")]
    pub domain: String,
    #[prost(int64, tag = "2")]
    pub version: i64,
}

#[derive(Clone, PartialEq, Message)]
pub struct Entry {
    #[prost(string, tag = "1")]
    pub key: String,
    #[prost(string, tag = "2")]
    pub value: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Graph {
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<Node>,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<Tensor>,
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<ValueInfo>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Node {
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    #[prost(string, tag = "4")]
    pub op_type: String,
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<Attribute>,
    #[prost(string, tag = "7")]
    pub domain: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Attribute {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(int64, tag = "3")]
    pub i: i64,
    #[prost(bytes = "vec", tag = "4")]
    pub s: Vec<u8>,
    #[prost(message, optional, tag = "5")]
    pub t: Option<Tensor>,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub ints: Vec<i64>,
    #[prost(bytes = "vec", repeated, tag = "9")]
    pub strings: Vec<Vec<u8>>,
    #[prost(int32, tag = "20")]
    pub kind: i32,
}

#[derive(Clone, PartialEq, Message)]
pub struct Tensor {
    #[prost(int64, repeated, packed = "false", tag = "1")]
    pub dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    pub data_type: i32,
    #[prost(bytes = "vec", repeated, tag = "6")]
    pub string_data: Vec<Vec<u8>>,
    #[prost(string, tag = "8")]
    pub name: String,
    #[prost(bytes = "vec", optional, tag = "9")]
    pub raw_data: Option<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
pub struct ValueInfo {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(message, optional, tag = "2")]
    pub r#type: Option<Type>,
    #[prost(string, tag = "3")]
    pub doc_string: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Type {
    #[prost(message, optional, tag = "1")]
    pub tensor_type: Option<TensorType>,
}

#[derive(Clone, PartialEq, Message)]
pub struct TensorType {
    #[prost(int32, tag = "1")]
    pub elem_type: i32,
    #[prost(message, optional, tag = "2")]
    pub shape: Option<Shape>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Shape {
    #[prost(message, repeated, tag = "1")]
    pub dim: Vec<Dimension>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Dimension {
    #[prost(oneof = "Size", tags = "1, 2")]
    pub size: Option<Size>,
}

/// How long a dimension is.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Size {
    #[prost(int64, tag = "1")]
    Value(i64),
    #[prost(string, tag = "2")]
    Param(String),
}

impl Tensor {
    /// Doubles of this shape.
    pub fn doubles(dims: &[usize], values: &[f64]) -> Self {
        let bytes = values.iter().flat_map(|x| x.to_le_bytes());
        Self::raw(dims, data::DOUBLE, bytes.collect())
    }

    /// Whole numbers of this shape.
    pub fn integers(dims: &[usize], values: &[i64]) -> Self {
        let bytes = values.iter().flat_map(|x| x.to_le_bytes());
        Self::raw(dims, data::INT64, bytes.collect())
    }

    /// Bytes in a row.
    pub fn bytes(values: Vec<u8>) -> Self {
        Self::raw(&[values.len()], data::UINT8, values)
    }

    /// Texts of this shape.
    pub fn texts(dims: &[usize], values: &[String]) -> Self {
        Self {
            dims: dims.iter().map(|&n| n as i64).collect(),
            data_type: data::STRING,
            string_data: values
                .iter()
                .map(|text| text.clone().into_bytes())
                .collect(),
            ..Self::default()
        }
    }

    fn raw(dims: &[usize], data_type: i32, bytes: Vec<u8>) -> Self {
        Self {
            dims: dims.iter().map(|&n| n as i64).collect(),
            data_type,
            raw_data: Some(bytes),
            ..Self::default()
        }
    }
}

impl Attribute {
    /// One whole number.
    pub fn int(name: &str, i: i64) -> Self {
        Self {
            i,
            ..Self::new(name, attribute::INT)
        }
    }

    /// One text.
    pub fn string(name: &str, text: &str) -> Self {
        Self {
            s: text.into(),
            ..Self::new(name, attribute::STRING)
        }
    }

    /// A tensor.
    pub fn tensor(name: &str, t: Tensor) -> Self {
        Self {
            t: Some(t),
            ..Self::new(name, attribute::TENSOR)
        }
    }

    /// Whole numbers.
    pub fn ints(name: &str, ints: Vec<i64>) -> Self {
        Self {
            ints,
            ..Self::new(name, attribute::INTS)
        }
    }

    /// Texts.
    pub fn strings(name: &str, texts: &[String]) -> Self {
        Self {
            strings: texts.iter().map(|text| text.clone().into_bytes()).collect(),
            ..Self::new(name, attribute::STRINGS)
        }
    }

    fn new(name: &str, kind: i32) -> Self {
        Self {
            name: name.into(),
            kind,
            ..Self::default()
        }
    }
}

impl ValueInfo {
    /// A tensor of rows, each `width` long.
    pub fn rows(name: &str, elem_type: i32, width: Option<usize>, doc: &str) -> Self {
        let sizes = [
            Some(Size::Param("N".into())),
            width.map(|width| Size::Value(width as i64)),
        ];
        let dim = sizes
            .into_iter()
            .flatten()
            .map(|size| Dimension { size: Some(size) })
            .collect();
        Self {
            name: name.into(),
            r#type: Some(Type {
                tensor_type: Some(TensorType {
                    elem_type,
                    shape: Some(Shape { dim }),
                }),
            }),
            doc_string: doc.into(),
        }
    }
}

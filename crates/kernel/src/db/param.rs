//! Statement parameters with their PostgreSQL type known in Rust.
//!
//! Declaring the types with the statement lets it run without asking the server first, which is what makes unnamed
//! statements (PgBouncer in transaction mode) possible. Enum columns therefore take text: `$1::"ContentStatus"`.

use jiff::Timestamp;
use postgres_types::{ToSql, Type};

/// A Rust type that always stands for the same PostgreSQL type.
pub trait Typed {
    const TYPE: Type;
}

/// Anything that can be given to a statement.
pub trait Param: Sync + Send {
    fn sql_type(&self) -> Type;
    fn as_sql(&self) -> &(dyn ToSql + Sync);
}

impl<T: Typed + ToSql + Sync + Send> Param for T {
    fn sql_type(&self) -> Type {
        T::TYPE
    }

    fn as_sql(&self) -> &(dyn ToSql + Sync) {
        self
    }
}

macro_rules! typed {
    ($($rust:ty => $sql:ident),* $(,)?) => { $(impl Typed for $rust { const TYPE: Type = Type::$sql; })* };
}

typed! {
    bool => BOOL, i16 => INT2, i32 => INT4, i64 => INT8, f32 => FLOAT4, f64 => FLOAT8,
    str => TEXT, String => TEXT, Timestamp => TIMESTAMPTZ, serde_json::Value => JSONB,
    Vec<u8> => BYTEA, [u8] => BYTEA, Vec<String> => TEXT_ARRAY, [String] => TEXT_ARRAY, Vec<&str> => TEXT_ARRAY,
    Vec<i32> => INT4_ARRAY, Vec<i64> => INT8_ARRAY, Vec<bool> => BOOL_ARRAY, Vec<Timestamp> => TIMESTAMPTZ_ARRAY,
    Vec<Option<String>> => TEXT_ARRAY, Vec<Option<Timestamp>> => TIMESTAMPTZ_ARRAY, Vec<Option<i32>> => INT4_ARRAY,
}

impl<T: Typed + ?Sized> Typed for &T {
    const TYPE: Type = T::TYPE;
}

impl<T: Typed> Typed for Option<T> {
    const TYPE: Type = T::TYPE;
}

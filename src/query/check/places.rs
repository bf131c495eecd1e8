//! `path:Resources.Details.AwsS3Bucket.OwnerId=value`: a place in the raw record, and what must stand there.

use super::{bad, compare, unordered};
use crate::query::error::QueryError;
use crate::query::expr::{Expr, Number, Test, When};
use crate::query::field::Spec;
use crate::query::lex::{Lexeme, Operator};
use crate::query::path::{Held, Path};

/// The first value names the place and how it is compared; what follows after commas is compared at the same place.
pub(super) fn path(spec: &Spec, operator: Operator, values: Vec<Lexeme>) -> Result<Option<Expr>, QueryError> {
    let mut values = values.into_iter();
    let Some(first) = values.next() else { return Ok(None) };
    if operator.is_comparison() {
        return Err(unordered(spec, &first));
    }
    let Some((path, compared)) = Path::split(&first.glob) else {
        return Err(bad(&first, "a name is missing on the way to this place")
            .expected("names with dots between, as in Resources.Type=AwsS3Bucket"));
    };
    let Some((how, glob)) = compared else {
        return match values.next() {
            None => Ok(Some(Expr::Test(Test::Path { path, held: Held::Any }))),
            Some(more) => Err(bad(&more, "there is nothing to compare this with").expected("= behind the place")),
        };
    };
    if glob.is_empty() {
        return Err(bad(&first, "there is no value behind this place").expected("a value"));
    }
    let all: Vec<Lexeme> = std::iter::once(Lexeme { glob, span: first.span }).chain(values).collect();
    if how.is_comparison() {
        return super::each(all, |value| {
            let held = compared_with(how, &value)?;
            Ok(Expr::Test(Test::Path { path: path.clone(), held }))
        });
    }
    let globs = all.into_iter().map(|value| if how == Operator::Part { value.glob.anywhere() } else { value.glob });
    let test = Expr::Test(Test::Path { path, held: Held::Text(globs.collect()) });
    Ok(Some(if how == Operator::NotEqual { test.negate() } else { test }))
}

/// A number where it is one, else a time.
fn compared_with(operator: Operator, value: &Lexeme) -> Result<Held, QueryError> {
    let literal = value.glob.literal().unwrap_or_default();
    if let Some(number) = Number::parse(literal) {
        return Ok(Held::Number { compare: compare(operator), number });
    }
    let when = When::parse(literal).ok_or_else(|| {
        bad(value, "this is neither a number nor a time").expected("7.5, 24h, 2026-11-01 or an RFC 3339 time")
    })?;
    Ok(Held::Time { compare: compare(operator), when })
}

//! Names and values against the table of fields: the tree becomes a [`Query`], or the mistake is named.

mod places;

use std::ops::Range;

use super::address::Block;
use super::error::QueryError;
use super::expr::{Bounds, Compare, Expr, Flag, Number, Query, Test, When};
use super::field::{self, FIELDS, Field, Kind, SEVERITIES, Spec};
use super::lex::{Lexeme, Operator};
use super::parse::Node;
use crate::model::Severity;
use crate::model::nearest::nearest;

/// Checks a whole tree.
///
/// # Errors
/// The first name or value that is not valid, with the nearest that is.
pub fn query(node: Node) -> Result<Query, QueryError> {
    let expr = match node {
        Node::All => None,
        other => expr(other)?,
    };
    Ok(Query { expr })
}

fn expr(node: Node) -> Result<Option<Expr>, QueryError> {
    match node {
        Node::All => Ok(None),
        Node::And(parts) => Ok(Expr::and(exprs(parts)?)),
        Node::Or(parts) => Ok(Expr::or(exprs(parts)?)),
        Node::Not(inner) => Ok(expr(*inner)?.map(Expr::negate)),
        Node::Word(glob) => Ok(Some(Expr::Test(Test::Word(glob)))),
        Node::Field { name, name_span, operator, values } => {
            let spec = known(&name, name_span)?;
            let expr = field_expr(spec, operator, values)?;
            Ok(if operator == Operator::NotEqual { expr.map(Expr::negate) } else { expr })
        }
    }
}

fn exprs(nodes: Vec<Node>) -> Result<Vec<Expr>, QueryError> {
    nodes.into_iter().filter_map(|node| expr(node).transpose()).collect()
}

fn known(name: &str, span: Range<usize>) -> Result<&'static Spec, QueryError> {
    field::find(name).ok_or_else(|| {
        let near = nearest(name, field::names());
        let error = QueryError::new(span, format!("there is no field '{name}'")).nearest(near);
        if near.is_some() {
            error
        } else {
            error.expected("a field such as severity, account or age; quotes make it text")
        }
    })
}

fn field_expr(spec: &Spec, operator: Operator, values: Vec<Lexeme>) -> Result<Option<Expr>, QueryError> {
    let field = spec.field;
    match spec.kind {
        Kind::Severity if operator.is_comparison() => each(values, |value| {
            let severity = severity(&value)?;
            Ok(Expr::Test(Test::Severity { compare: compare(operator), severity }))
        }),
        Kind::Severity => one_of(spec, SEVERITIES, operator, values).map(Some),
        Kind::OneOf(known) => one_of(spec, known, operator, values).map(Some),
        Kind::Name | Kind::Text => text(spec, operator, values).map(Some),
        Kind::Number => each(values, |value| number(spec, operator, &value)),
        Kind::Time => each(values, |value| time(field, operator, &value)),
        Kind::Age => each(values, |value| age(operator, &value)),
        Kind::Flag => each(values, |value| flag_value(spec, operator, &value)),
        Kind::Is => each(values, |value| is(spec, operator, &value)),
        Kind::Address => address(spec, operator, values),
        Kind::Tag => {
            let whole = operator != Operator::Part;
            let keys = values.into_iter().map(|value| if whole { tag(value) } else { value });
            text(spec, operator, keys.collect()).map(Some)
        }
        Kind::Has => each(values, |value| has(spec, operator, &value)),
        Kind::Path => places::path(spec, operator, values),
    }
}

/// Several values of one field: any of them.
fn each(values: Vec<Lexeme>, test: impl Fn(Lexeme) -> Result<Expr, QueryError>) -> Result<Option<Expr>, QueryError> {
    Ok(Expr::or(values.into_iter().map(test).collect::<Result<_, _>>()?))
}

fn text(spec: &Spec, operator: Operator, values: Vec<Lexeme>) -> Result<Expr, QueryError> {
    let globs = values.into_iter().map(|value| {
        if operator.is_comparison() {
            return Err(unordered(spec, &value));
        }
        let in_part = operator == Operator::Part
            || (spec.kind == Kind::Text && operator == Operator::Is && value.glob.literal().is_some());
        Ok(if in_part { value.glob.anywhere() } else { value.glob })
    });
    Ok(Expr::Test(Test::Text { field: spec.field, globs: globs.collect::<Result<_, _>>()? }))
}

/// A value from a set that is known: one with a star, or a part, may be any; a whole one must be in the set.
fn one_of(spec: &Spec, known: &[&str], operator: Operator, values: Vec<Lexeme>) -> Result<Expr, QueryError> {
    if operator != Operator::Part {
        for value in &values {
            if let Some(literal) = value.glob.literal()
                && !operator.is_comparison()
                && !known.iter().any(|name| name.eq_ignore_ascii_case(literal))
            {
                return Err(bad(value, format!("'{literal}' is no {}", spec.name))
                    .expected(listed(known))
                    .nearest(nearest(literal, known.iter().copied())));
            }
        }
    }
    text(spec, operator, values)
}

fn severity(value: &Lexeme) -> Result<Severity, QueryError> {
    let Some(literal) = value.glob.literal() else {
        return Err(bad(value, "a star cannot be compared").expected(listed(SEVERITIES)));
    };
    Severity::from_label(literal).ok_or_else(|| {
        bad(value, format!("'{literal}' is no severity"))
            .expected(listed(SEVERITIES))
            .nearest(nearest(literal, SEVERITIES.iter().copied()))
    })
}

fn number(spec: &Spec, operator: Operator, value: &Lexeme) -> Result<Expr, QueryError> {
    let read = |text: &str| {
        Number::parse(text).ok_or_else(|| {
            let example =
                if spec.field == Field::Port { "a number such as 443, or 1..1023" } else { "a number such as 7.5" };
            bad(value, "this is not a number").expected(example)
        })
    };
    let bounds = match range(operator, value)? {
        None => Bounds::Compares(compare(operator), read(value.glob.literal().unwrap_or_default())?),
        Some((Some(from), Some(to))) => Bounds::Between(read(from)?, read(to)?),
        Some((Some(from), None)) => Bounds::Compares(Compare::AtLeast, read(from)?),
        Some((_, to)) => Bounds::Compares(Compare::AtMost, read(to.unwrap_or_default())?),
    };
    Ok(Expr::Test(Test::Number { field: spec.field, bounds }))
}

type Ends<'v> = (Option<&'v str>, Option<&'v str>);

/// The ends of `from..to`, of which one may be left out; `None` for a value that is no range.
fn range(operator: Operator, value: &Lexeme) -> Result<Option<Ends<'_>>, QueryError> {
    let literal = value.glob.literal().unwrap_or_default();
    let Some((from, to)) = literal.split_once("..") else { return Ok(None) };
    if operator.is_comparison() {
        return Err(bad(value, "a range is not compared").expected(format!("the range alone, as in :{literal}")));
    }
    let end = |text| Some(text).filter(|text: &&str| !text.is_empty());
    match (end(from), end(to)) {
        (None, None) => Err(bad(value, "this range has no end").expected("a value on either side of the dots")),
        ends => Ok(Some(ends)),
    }
}

fn time(field: Field, operator: Operator, value: &Lexeme) -> Result<Expr, QueryError> {
    let test = |compare, text: &str| {
        let when = When::parse(text)
            .ok_or_else(|| bad(value, "this is not a time").expected("24h, 30d, 2026-11-01 or an RFC 3339 time"))?;
        if matches!(when, When::Ago(_)) && compare == Compare::Equal {
            return Err(bad(value, "a length of time is compared").expected("< or >, as in updated<24h"));
        }
        Ok(Expr::Test(Test::Time { field, compare, when }))
    };
    let Some((from, to)) = range(operator, value)? else {
        return test(compare(operator), value.glob.literal().unwrap_or_default());
    };
    // An age that is at most is a time that is at least: a range of ages would read backwards.
    let ends = [from.map(|from| (Compare::AtLeast, from)), to.map(|to| (Compare::AtMost, to))].into_iter().flatten();
    let ends = ends.map(|(compare, end)| match When::parse(end) {
        Some(When::Ago(_)) => Err(bad(value, "a range is of dates").expected("2026-11-01..2026-11-07")),
        _ => test(compare, end),
    });
    Ok(Expr::and(ends.collect::<Result<_, _>>()?).unwrap_or(Expr::Test(Test::Has(field))))
}

fn age(operator: Operator, value: &Lexeme) -> Result<Expr, QueryError> {
    let when = value.glob.literal().and_then(When::parse).filter(|when| matches!(when, When::Ago(_)));
    let when = when.ok_or_else(|| bad(value, "this is not a length of time").expected("90s, 15m, 24h, 30d or 2w"))?;
    if !operator.is_comparison() {
        return Err(bad(value, "an age is compared").expected("< or >, as in age<24h"));
    }
    Ok(Expr::Test(Test::Time { field: Field::Age, compare: compare(operator), when }))
}

fn flag_value(spec: &Spec, operator: Operator, value: &Lexeme) -> Result<Expr, QueryError> {
    if operator.is_comparison() {
        return Err(unordered(spec, value));
    }
    let said = Expr::Test(if spec.field == Field::Sample { Test::Is(Flag::Sample) } else { Test::Has(spec.field) });
    match value.glob.literal().map(str::to_ascii_lowercase).as_deref() {
        Some("true" | "yes") => Ok(said),
        Some("false" | "no") => Ok(said.negate()),
        _ => Err(bad(value, "this is neither true nor false").expected("true or false")),
    }
}

fn is(spec: &Spec, operator: Operator, value: &Lexeme) -> Result<Expr, QueryError> {
    if operator.is_comparison() {
        return Err(unordered(spec, value));
    }
    let names = Flag::ALL.map(Flag::name);
    let literal = value.glob.literal().unwrap_or_default();
    let flag = Flag::ALL.into_iter().find(|flag| flag.name().eq_ignore_ascii_case(literal)).ok_or_else(|| {
        bad(value, format!("there is no is:{}", value.glob)).expected(listed(&names)).nearest(nearest(literal, names))
    })?;
    Ok(Expr::Test(Test::Is(flag)))
}

/// A key alone has any value.
fn tag(value: Lexeme) -> Lexeme {
    let mut glob = value.glob;
    if glob.literal().is_some_and(|text| !text.contains('=')) {
        glob.push_literal("=");
        glob.push_any();
    }
    Lexeme { glob, ..value }
}

/// Addresses and blocks by what they are, patterns by their text.
fn address(spec: &Spec, operator: Operator, values: Vec<Lexeme>) -> Result<Option<Expr>, QueryError> {
    if operator == Operator::Part || operator.is_comparison() {
        return text(spec, operator, values).map(Some);
    }
    each(values, |value| match value.glob.literal() {
        None => Ok(Expr::Test(Test::Text { field: spec.field, globs: vec![value.glob] })),
        Some(literal) => match Block::parse(literal) {
            Some(block) => Ok(Expr::Test(Test::Address(block))),
            None => Err(bad(&value, "this is not an address")
                .expected("198.51.100.7, 198.51.100.0/24 or 198.51.100.*")
                .nearest(begun(literal).as_deref())),
        },
    })
}

/// The beginning of an IPv4 address, with a star for the rest.
fn begun(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.trim_end_matches('.').split('.').collect();
    let is_begun = parts.len() < 4 && parts.iter().all(|part| part.parse::<u8>().is_ok());
    is_begun.then(|| format!("{}.*", parts.join(".")))
}

fn has(spec: &Spec, operator: Operator, value: &Lexeme) -> Result<Expr, QueryError> {
    if operator.is_comparison() {
        return Err(unordered(spec, value));
    }
    let literal = value.glob.literal().unwrap_or_default();
    let names = || FIELDS.iter().filter(|spec| spec.can_be_had()).map(|spec| spec.name);
    match field::find(literal).filter(|spec| spec.can_be_had()) {
        Some(Spec { field: Field::Sample, .. }) => Ok(Expr::Test(Test::Is(Flag::Sample))),
        Some(spec) => Ok(Expr::Test(Test::Has(spec.field))),
        None => Err(bad(value, format!("there is no field '{}'", value.glob))
            .expected("a field such as note, cve or control")
            .nearest(nearest(literal, names()))),
    }
}

const fn compare(operator: Operator) -> Compare {
    match operator {
        Operator::Less => Compare::Less,
        Operator::AtMost => Compare::AtMost,
        Operator::AtLeast => Compare::AtLeast,
        Operator::More => Compare::More,
        Operator::Is | Operator::Equal | Operator::NotEqual | Operator::Part => Compare::Equal,
    }
}

fn bad(value: &Lexeme, message: impl Into<String>) -> QueryError {
    QueryError::new(value.span.clone(), message)
}

fn unordered(spec: &Spec, value: &Lexeme) -> QueryError {
    bad(value, format!("{} has no order to compare by", spec.name)).expected(format!("{}:{}", spec.name, value.glob))
}

/// `A, B or C`.
fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

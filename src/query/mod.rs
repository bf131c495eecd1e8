//! The query language: lex, parse, check, plan, evaluate, complete.

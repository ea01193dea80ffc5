use orm::prelude::*;

#[derive(Debug, Clone)]
struct Color(u8, u8, u8);

#[derive(Debug, Clone, Model)]
struct Car {
    id: i64,
    color: Color,
}

fn main() {}

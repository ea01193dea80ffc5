mod city;
mod user;

pub use city::City;
pub use user::User;

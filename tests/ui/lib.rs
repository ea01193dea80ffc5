//! Only here so that the tests have a package to depend on.

//! Examples are programs of their own; this library is empty.

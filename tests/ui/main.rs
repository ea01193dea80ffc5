//! Mistakes and what the compiler says of them: first line, label and notes name the field and the fix.

#[test]
fn mistakes_are_answered_in_the_users_words() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("cases/*.rs");
}

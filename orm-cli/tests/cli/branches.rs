//! Two branches of one repository, each with a migration of its own, merged by git.
//!
//! Ann and Ben each have a database that has run what their branch made. After the merge both databases, and a new one, end
//! where the models are; what is in the way says what to type, and that is what the tests type.

use std::process::Command;

use crate::support::{Project, Ran, leave_out, on_every_database, ran};

const BIO: (&str, &str) =
    ("    pub name: String,\n", "    pub name: String,\n    pub bio: Option<String>,\n");
const ZIP: (&str, &str) = ("    pub id: i64,\n", "    pub id: i64,\n    pub zip: Option<String>,\n");

/// The working copy, and the databases of those who work in it.
struct Team {
    copy: Project,
    /// Where the branch `ann` was made.
    ann: Project,
    /// Where the branch `ben` was made.
    ben: Project,
}

/// What one branch does after the commit that both have: a change of the models, and how its migration is made.
struct Branch {
    change: (&'static str, &'static str),
    words: &'static str,
}

/// A change that is applied where it is made.
fn applied(change: (&'static str, &'static str)) -> Branch {
    Branch { change, words: "migrate dev" }
}

impl Team {
    /// One migration on `main`, and one more on each of the two branches; Ann's comes first.
    fn with(copy: Project, ann: &Branch, ben: &Branch) -> Self {
        let another = || Project::on(copy.database).unwrap();
        let team = Self { ann: another(), ben: another(), copy };
        team.git("init --quiet --initial-branch=main").done();
        for database in [&team.ann, &team.ben] {
            team.orm(database, "migrate dev --name init").done();
        }
        team.commit("init");
        team.branch("ann", ann, &team.ann);
        team.branch("ben", ben, &team.ben);
        team
    }

    fn branch(&self, name: &str, branch: &Branch, database: &Project) {
        self.git(&format!("checkout --quiet -b {name} main")).done();
        self.copy.edit("src/models.rs", branch.change.0, branch.change.1);
        self.orm(database, &format!("{} --name of_{name}", branch.words)).done();
        self.commit(name);
    }

    /// Merges Ann's branch into Ben's, which is checked out.
    fn merge(&self) -> Ran {
        self.git("merge --no-edit ann").ends(1)
    }

    /// What git calls unmerged.
    fn unmerged(&self) -> Vec<String> {
        let names = self.git("diff --name-only --diff-filter=U").done().stdout;
        names.lines().map(str::to_owned).collect()
    }

    /// Removes git's markers and nothing else, as the message says.
    fn without_markers(&self, path: &str) {
        let text = self.copy.read(path);
        let is_marker =
            |line: &&str| ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark));
        let kept: Vec<_> = text.lines().filter(|line| !is_marker(line)).collect();
        self.copy.write(path, &(kept.join("\n") + "\n"));
    }

    /// Takes a migration out of the folder and its line out of `orm.lock`, as the message says.
    fn take_out(&self, name: &str) {
        std::fs::remove_dir_all(self.copy.path(&format!("migrations/{name}"))).unwrap();
        let lock = self.copy.read("migrations/orm.lock");
        let kept: Vec<_> = lock.lines().filter(|line| !line.starts_with(name)).collect();
        self.copy.write("migrations/orm.lock", &(kept.join("\n") + "\n"));
    }

    /// The migration of a branch, as the folder names it now.
    fn migration_of(&self, branch: &str) -> String {
        let found = self.copy.migrations().into_iter().find(|name| name.ends_with(&format!("_of_{branch}")));
        found.unwrap_or_else(|| panic!("no migration of {branch}"))
    }

    fn commit(&self, what: &str) {
        self.git("add Cargo.toml src migrations").done();
        self.git(&format!("commit --quiet --message {what}")).done();
    }

    fn git(&self, words: &str) -> Ran {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]).args(words.split(' '));
        // Nobody's own settings: they may sign, or merge in another way.
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        ran(command.current_dir(self.copy.path("")).output().unwrap())
    }

    /// Runs the program in the working copy on that database.
    fn orm(&self, database: &Project, words: &str) -> Ran {
        let url = database.absolute_url();
        let words: Vec<_> = words.split(' ').chain(["--database-url", &url]).collect();
        self.copy.words(&words)
    }

    /// Types what a message advises.
    fn obey(&self, database: &Project, message: &Ran, word: &str) -> Ran {
        let command = message.advised(word);
        self.orm(database, command.trim_start_matches("orm "))
    }

    /// The databases of both, and a new one, are where the folder and the models are.
    fn all_agree(&self) {
        let new = Project::on(self.copy.database).unwrap();
        self.orm(&new, "migrate deploy").done();
        let expected = self.orm(&new, "introspect --print").done().stdout;
        for database in [&new, &self.ann, &self.ben] {
            self.orm(database, "migrate status --exit-code").done().says("up to date");
            self.orm(database, "migrate diff --from database --to models --exit-code").done();
            assert_eq!(self.orm(database, "introspect --print").done().stdout, expected);
        }
        self.orm(&new, "migrate check --replay").done();
    }
}

/// Runs a test on every database, if there is a git.
fn with_git(test: impl Fn(Project)) {
    if Command::new("git").arg("--version").output().is_err() {
        return leave_out("two branches, since there is no `git`");
    }
    on_every_database(test);
}

#[test]
fn two_branches_that_commute_are_one_history_after_the_merge() {
    with_git(|copy| {
        let team = Team::with(copy, &applied(BIO), &applied(ZIP));
        team.merge();
        assert_eq!(team.unmerged(), ["migrations/orm.lock"]);
        for words in ["migrate deploy", "migrate status"] {
            team.orm(&team.ann, words).ends(3).says("error[M005]").says("two branches added a migration");
        }
        let conflict =
            team.orm(&team.ann, "migrate dev").ends(3).says("remove git's markers and nothing else");

        team.without_markers("migrations/orm.lock");
        let merged = team.obey(&team.ann, &conflict, "migrate dev").done();
        merged
            .says("sealed orm.lock anew")
            .says(&format!("applied {}", team.migration_of("ben")))
            .says("the models have not changed since the last migration");
        team.commit("merged");

        // On Ben's database his own migration has run before its turn.
        team.ben.sql("INSERT INTO users (name, zip) VALUES ('Ben', '1234')");
        let late = team.orm(&team.ben, "migrate dev").ends(3).says("error[M022]");
        let back = late.advised("migrate down");
        team.obey(&team.ben, &late, "migrate down").ends(2).says("the values of `users.zip`: 1");
        team.orm(&team.ben, &format!("{} --accept-data-loss", back.trim_start_matches("orm "))).done();
        team.obey(&team.ben, &late, "migrate deploy").done();
        assert_eq!(team.ben.text("SELECT name FROM users"), "Ben");
        team.all_agree();
    });
}

/// The one who merges has the database on which the other branch's migration comes too late.
#[test]
fn who_merges_an_earlier_migration_takes_his_own_back_first() {
    with_git(|copy| {
        let team = Team::with(copy, &applied(BIO), &applied(ZIP));
        team.merge();
        team.without_markers("migrations/orm.lock");
        let late =
            team.orm(&team.ben, "migrate dev").ends(3).says("sealed orm.lock anew").says("error[M022]");
        let status = team.orm(&team.ben, "migrate status --exit-code").ends(3).says("error[M022]");
        assert!(!status.stdout.contains("drift"), "what has not run yet is no drift: {}", status.stdout);
        team.obey(&team.ben, &late, "migrate down").done();
        team.obey(&team.ben, &late, "migrate deploy").done();
        team.commit("merged");
        team.orm(&team.ann, "migrate deploy").done();
        team.all_agree();
    });
}

#[test]
fn a_migration_that_comes_too_late_and_ran_nowhere_is_renamed_after_the_merge() {
    with_git(|copy| {
        let draft = Branch { words: "migrate dev --create-only", ..applied(BIO) };
        let team = Team::with(copy, &draft, &applied(ZIP));
        team.merge();
        team.without_markers("migrations/orm.lock");
        team.orm(&team.ben, "migrate dev").ends(3).says("rename its folder so that it comes last");
        let (early, late) = (team.migration_of("ann"), "migrations/20991231000000_of_ann");
        std::fs::rename(team.copy.path(&format!("migrations/{early}")), team.copy.path(late)).unwrap();
        team.orm(&team.ben, "migrate dev").done().says("took 20991231000000_of_ann over");
        team.commit("merged");
        team.orm(&team.ann, "migrate deploy").done();
        team.all_agree();
    });
}

#[test]
fn two_branches_that_change_the_same_column_are_shown_side_by_side() {
    const OPTIONAL: (&str, &str) = ("pub name: String", "pub name: Option<String>");
    const DEFAULT: (&str, &str) =
        ("    pub name: String", "    #[orm(default = \"-\")]\n    pub name: String");
    with_git(|copy| {
        let team = Team::with(copy, &applied(OPTIONAL), &applied(DEFAULT));
        team.merge();
        assert_eq!(team.unmerged(), ["migrations/orm.lock", "src/models.rs"]);
        team.without_markers("migrations/orm.lock");
        // What the models are to say is for a person.
        team.git("checkout --quiet --ours src/models.rs").done();
        team.copy.edit("src/models.rs", OPTIONAL.0, OPTIONAL.1);

        let before = team.copy.files("migrations");
        let (anns, bens) = (team.migration_of("ann"), team.migration_of("ben"));
        for database in [&team.ann, &team.ben] {
            let collision = team.orm(database, "migrate dev").ends(3).says("error[M014]");
            collision
                .says("both change column users.name")
                .says(&format!("note: `{anns}`: alter column `users.name`"))
                .says(&format!("note: `{bens}`: alter column `users.name`"))
                .says(&format!("delete the folder of `{bens}` and its line in `orm.lock`"));
            assert_eq!(database.number("SELECT count(*) FROM _orm_migration"), 2);
        }
        assert_eq!(team.copy.files("migrations"), before);

        team.take_out(&bens);
        team.orm(&team.ann, "migrate dev --name of_both").done().says("sealed orm.lock anew");
        team.commit("merged");
        let gone = team.orm(&team.ben, "migrate dev").ends(3).says("error[M021]").says("another branch?");
        team.git("checkout --quiet ben~").done();
        team.obey(&team.ben, &gone, "migrate down").done();
        team.git("checkout --quiet ben").done();
        team.orm(&team.ben, "migrate dev").done();
        team.all_agree();
    });
}

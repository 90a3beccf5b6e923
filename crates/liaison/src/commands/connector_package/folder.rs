//! The files of one package.

use std::{
    fmt, fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use openapi::{Package, Part, Sources, Unloadable, limits::MAX_BYTES};

use super::sheet::Line;
use crate::{
    cli::Judged,
    exit::{self, Exit},
};

/// A package as its bytes.
pub(super) struct Folder {
    path: PathBuf,
    definition: (PathBuf, Vec<u8>),
    properties: Option<(PathBuf, Vec<u8>)>,
    others: Others,
    files: Option<Vec<String>>,
}

#[derive(Default)]
struct Others {
    script: Option<PathBuf>,
    icon: Option<PathBuf>,
    readme: Option<PathBuf>,
}

/// Where the files stand that nobody has to bring.
pub(super) struct OtherPaths<'f> {
    pub(super) script: Option<&'f Path>,
    pub(super) icon: Option<&'f Path>,
    pub(super) readme: Option<&'f Path>,
}

/// Why a package cannot be looked into.
#[derive(Debug)]
pub(super) enum Refused {
    /// A file or the folder cannot be read.
    Unreadable { path: PathBuf, error: io::Error },
    /// No file is an API description.
    NoDefinition { path: PathBuf },
    /// A file is beyond repair.
    Beyond { path: PathBuf, problem: Unloadable },
}

impl Folder {
    /// Reads the files of a folder, or a description alone.
    pub(super) fn read(path: &Path) -> Result<Self, Refused> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |error| Refused::Unreadable { path, error }
        };
        if path.is_file() {
            let bytes = read(path).map_err(unreadable(path))?;
            return Ok(Self {
                path: path.to_owned(),
                definition: (path.to_owned(), bytes),
                properties: None,
                others: Others::default(),
                files: None,
            });
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(path).map_err(unreadable(path))?.take(MAX_ENTRIES) {
            let entry = entry.map_err(unreadable(path))?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            // in a folder that holds much else, what may be of the package still counts
            if (names.len() < MAX_FILES || may_belong(&name)) && entry.path().is_file() {
                names.push(name);
            }
        }
        let choice = openapi::choose(names.iter().map(String::as_str));
        let choice = choice
            .map_err(|openapi::NoDefinition| Refused::NoDefinition { path: path.to_owned() })?;
        let file = |name: &str| {
            let file = path.join(name);
            let bytes = read(&file).map_err(unreadable(&file))?;
            Ok((file, bytes))
        };
        Ok(Self {
            path: path.to_owned(),
            definition: file(choice.definition)?,
            properties: choice.properties.map(file).transpose()?,
            others: Others {
                script: choice.script.map(|name| path.join(name)),
                icon: choice.icon.map(|name| path.join(name)),
                readme: choice.readme.map(|name| path.join(name)),
            },
            files: Some(names),
        })
    }

    /// The package of the bytes.
    pub(super) fn load(&self) -> Result<Package<'_>, Refused> {
        let sources = Sources {
            definition: &self.definition.1,
            properties: self.properties.as_ref().map(|(_, bytes)| bytes.as_slice()),
            has_script: self.others.script.is_some(),
        };
        Package::load(sources).map_err(|problem| {
            let part = self.file(problem.part()).to_owned();
            Refused::Beyond { path: part, problem }
        })
    }

    /// The folder, as it was named.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The names of all files.
    pub(super) fn files(&self) -> Option<&[String]> {
        self.files.as_deref()
    }

    /// The file of a part; of the package as a whole the folder.
    pub(super) fn file(&self, part: Part) -> &Path {
        match part {
            Part::Definition => &self.definition.0,
            Part::Properties => self.properties.as_ref().map_or(&self.path, |(path, _)| path),
            Part::Package => &self.path,
        }
    }

    /// The bytes of the two files.
    pub(super) fn bytes(&self) -> (&[u8], Option<&[u8]>) {
        (&self.definition.1, self.properties.as_ref().map(|(_, bytes)| bytes.as_slice()))
    }

    /// What stands beside the two files.
    pub(super) fn others(&self) -> OtherPaths<'_> {
        let Others { script, icon, readme } = &self.others;
        OtherPaths { script: script.as_deref(), icon: icon.as_deref(), readme: readme.as_deref() }
    }
}

/// Reads a file up to a little more than a text may have.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let file = fs::File::open(path)?;
    let size = file.metadata().map_or(0, |it| it.len()).min(most);
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0).saturating_add(1));
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Refused {
    /// As the only finding about a package.
    pub(super) fn line(&self, judged: Judged) -> Line {
        let (code, at) = match self {
            Self::Unreadable { .. } => ("package.unreadable", None),
            Self::NoDefinition { .. } => ("package.no_definition", None),
            Self::Beyond { problem, .. } => match problem {
                Unloadable::Unreadable { problem, .. } => {
                    (problem.reason.code(), Some((problem.line, problem.column)))
                }
                Unloadable::NotAnObject { .. } => (problem.code(), None),
            },
        };
        Line::refused(code, self, at, judged)
    }

    /// The file or folder.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Unreadable { path, .. }
            | Self::NoDefinition { path }
            | Self::Beyond { path, .. } => path,
        }
    }

    /// How a command ends that needs the package.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Unreadable { error, .. } if error.kind() == io::ErrorKind::NotFound => {
                Exit::NotFound
            }
            Self::Unreadable { .. } => Exit::Failure,
            Self::NoDefinition { .. } => Exit::NotFound,
            Self::Beyond { .. } => Exit::Refused,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, error } => write!(out, "{}: {error}", path.display()),
            Self::NoDefinition { path } => {
                write!(out, "{}: no file is an API description", path.display())
            }
            Self::Beyond { path, problem } => {
                write!(out, "{}: {}", path.display(), exit::chain(problem))
            }
        }
    }
}

/// Whether a file may be one of a package, by its name.
fn may_belong(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| BELONG.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

const BELONG: [&str; 5] = ["json", "csx", "cs", "png", "md"];

/// Most files of a folder that are looked at, whatever they are. Our choice.
const MAX_FILES: usize = 4_096;

/// Most entries of a folder that are read at all. Our choice.
const MAX_ENTRIES: usize = 200_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_found_among_whatever_else_its_folder_holds() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..MAX_FILES + 10 {
            fs::write(folder.path().join(format!("{number}.txt")), "").unwrap();
        }
        fs::write(folder.path().join("apiDefinition.swagger.json"), "{}").unwrap();
        fs::create_dir(folder.path().join("apiProperties.json")).unwrap();
        let found = Folder::read(folder.path()).ok().unwrap();
        assert_eq!(found.bytes(), (&b"{}"[..], None));
    }
}

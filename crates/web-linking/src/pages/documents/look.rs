//! What stands in the libraries.

use kernel::Coded as _;
use linking::Link;
use web_frame::{Frame, html::query_value};
use workspace_port::{Error, File, FileId, FileKind};

use super::{Line, Opened, Told, Where, is_closed, is_own, location};
use edge::Problem;

/// Libraries to read.
pub(super) struct Shelves<'a> {
    pub(super) frame: &'a Frame,
    pub(super) base: &'a str,
    pub(super) shelf: &'a Opened,
}

/// What was read.
#[derive(Default)]
pub(super) struct Found {
    pub(super) crumbs: Vec<(String, String)>,
    pub(super) lines: Vec<Line>,
    pub(super) closed: Vec<(String, Told)>,
}

impl Shelves<'_> {
    /// Reads the folder that is open, or all libraries.
    pub(super) async fn read(&self, at: &Where) -> Result<Found, Problem> {
        let mut found = Found::default();
        if self.shelf.told.is_some() {
            return Ok(found);
        }
        let shown = self.shelf.link(at);
        for link in self.shelf.links.iter().filter(|link| shown.is_none_or(|one| one.id == link.id))
        {
            let at = if shown.is_some() { at.clone() } else { Where::in_library(link.id) };
            match self.folder(link, &at, &mut found).await {
                Ok(()) => {}
                // the rights of the channel decide on the files, those of the record do not
                Err(error) if is_closed(&error) => {
                    let told = Told::words(self.frame, "no-files-right");
                    found.closed.push((location(link), told));
                }
                Err(error @ Error::NotYet) => {
                    let told = Told::of(self.frame, error.code().name());
                    found.closed.push((location(link), told));
                }
                Err(error) => return Err(error.into()),
            }
        }
        if shown.is_none() {
            found.lines.sort_by_cached_key(|line| (!line.folder, line.name.to_lowercase()));
        }
        Ok(found)
    }

    async fn folder(&self, link: &Link, at: &Where, found: &mut Found) -> Result<(), Error> {
        let seat = &self.shelf.seat;
        let library = seat.library(&link.channel).await?;
        let mut open = library.id;
        let mut here = Where::in_library(link.id);
        if !at.trail.is_empty() {
            found.crumbs.push((link.channel_name.clone(), here.address(self.base)));
        }
        for folder in at.trail.iter().take(DEPTH) {
            let folder = seat.file(&FileId(folder.clone())).await?;
            here = here.below(&folder.id);
            found.crumbs.push((folder.name, here.address(self.base)));
            open = folder.id;
        }
        let files = seat.files(&open).await?;
        let lines = files.into_iter().map(|file| self.line(link, &here, file));
        found.lines.extend(lines);
        Ok(())
    }

    fn line(&self, link: &Link, here: &Where, file: File) -> Line {
        let sheet = Where { file: Some(file.id.0.clone()), ..here.clone() }.address(self.base);
        let download = format!(
            "{}/documents/file?location={}&file={}",
            self.base,
            link.id,
            query_value(&file.id.0)
        );
        let (folder, size) = match file.kind {
            FileKind::Folder => (true, String::new()),
            FileKind::File { bytes } => (false, self.frame.t.bytes(bytes)),
        };
        let outside = !folder && !is_own(link) && file.address.is_some();
        let open = match (&file.address, folder) {
            (_, true) => here.below(&file.id).address(self.base),
            (Some(address), false) => address.to_string(),
            (None, false) => download.clone(),
        };
        Line {
            name: file.name,
            folder,
            open,
            outside,
            download: (!folder).then_some(download),
            size,
            changed: file.changed_at,
            location: location(link),
            sheet,
        }
    }
}

/// Folders within folders that are followed; libraries are not deeper in practice (our choice).
const DEPTH: usize = 16;

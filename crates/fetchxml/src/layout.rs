//! What a view shows: its `layoutxml` (Dataverse, "Customize views").

/// The longest name of a cell that is believed (our own choice; a column and an alias before it).
const MAX_NAME: usize = 200;

/// The names of the cells, in their order: columns, and `alias.column` of links. What is no name is left out.
pub fn cells(layout: &str) -> Vec<String> {
    let parts = layout.split("<cell ").skip(1);
    let name = |part: &str| {
        let tag = part.split('>').next()?;
        // a word of its own: other attributes end with it
        let rest = tag.strip_prefix("name=\"").or_else(|| Some(tag.split_once(" name=\"")?.1))?;
        let name = rest.split('"').next()?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "_.".contains(c);
        (!name.is_empty() && name.len() <= MAX_NAME && name.chars().all(plain))
            .then(|| name.to_owned())
    };
    parts.filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cells_of_a_layout_are_its_columns_and_nothing_odd_is() {
        let layout = "<grid><row name=\"result\" id=\"accountid\"><cell name=\"name\" width=\"300\"/>\
                      <cell width=\"1\" name=\"a_1.fullname\"/><cell name=\"x'y\"/><cell/></row></grid>";
        assert_eq!(cells(layout), ["name", "a_1.fullname"]);
        let other = "<cell imageproviderfunctionname=\"icon\" name=\"revenue\"/>";
        assert_eq!(cells(other), ["revenue"]);
        assert!(cells("<cell name=").is_empty() && cells("").is_empty());
    }
}

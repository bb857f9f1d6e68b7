//! Reading the embedded tables: lines of fields with tabs between, `#` for comments.

/// The lines of a table that hold data, cut into exactly `N` fields; missing ones are empty.
pub(crate) fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| {
        let mut fields = line.split('\t');
        std::array::from_fn(|_| fields.next().unwrap_or_default())
    })
}

/// The values of a field that holds several.
pub(crate) fn values(field: &'static str) -> impl Iterator<Item = &'static str> {
    field.split('|').filter(|value| !value.is_empty())
}

//! "Suggest a name": three short words that can be said over the phone. Nothing depends on nobody guessing them.

/// Our own words: short, peaceful, spelled as they sound, and none that another list of the three has.
const ADJECTIVES: [&str; 32] = [
    "amber", "blue", "brave", "bright", "calm", "clear", "copper", "cosy", "early", "fresh",
    "gentle", "golden", "green", "happy", "honest", "kind", "light", "lively", "merry", "mild",
    "neat", "open", "patient", "quick", "quiet", "red", "silver", "steady", "sunny", "swift",
    "warm", "wise",
];
const ANIMALS: [&str; 32] = [
    "badger", "beaver", "bison", "camel", "crane", "dolphin", "donkey", "falcon", "finch", "fox",
    "gecko", "hare", "hedgehog", "heron", "ibex", "koala", "lark", "lynx", "marmot", "otter",
    "owl", "panda", "pelican", "penguin", "puffin", "robin", "salmon", "seal", "stork", "swan",
    "tapir", "wren",
];
const PLACES: [&str; 32] = [
    "arbour", "bakery", "bay", "bridge", "brook", "cabin", "cliff", "corner", "dune", "fjord",
    "garden", "glade", "harbour", "hill", "island", "lagoon", "library", "meadow", "mill",
    "orchard", "pier", "plaza", "pond", "ridge", "river", "shore", "spring", "studio", "terrace",
    "tower", "valley", "village",
];

/// Names made of this randomness, the same of the same.
pub(super) fn names(random: &[u8; 32]) -> impl Iterator<Item = String> {
    random.chunks_exact(3).filter_map(|bytes| match bytes {
        [one, two, three] => Some(format!(
            "{}-{}-{}",
            word(&ADJECTIVES, *one)?,
            word(&ANIMALS, *two)?,
            word(&PLACES, *three)?
        )),
        _other => None,
    })
}

/// Each as likely as any other, for 32 divides 256.
fn word<'a>(words: &[&'a str; 32], byte: u8) -> Option<&'a str> {
    words.get(usize::from(byte) % words.len()).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use room_token::RoomName;

    use super::*;

    #[test]
    fn every_word_is_there_once_and_a_room_name_as_it_stands() {
        let all = [ADJECTIVES, ANIMALS, PLACES].concat();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 96);
        for name in all.iter().map(ToString::to_string).chain(names(&[7; 32])) {
            assert_eq!(RoomName::parse(&name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn randomness_gives_ten_names() {
        let bytes: Vec<u8> = (0..32).collect();
        let names: Vec<_> = names(bytes.as_slice().try_into().unwrap()).collect();
        assert_eq!(names.len(), 10);
        assert_eq!(names[0], "amber-beaver-bay");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), 10);
    }
}

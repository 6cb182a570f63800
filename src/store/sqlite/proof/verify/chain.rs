//! The check of the chain, piece by piece, with the results in order.

use std::collections::HashMap;

use anyhow::Result;

use crate::domain::chain::ChainHash;
use crate::domain::event::{GlobalPosition, SourceId, StreamPosition};
use crate::store::log::LogProof;
use crate::store::proof::finding::Fault;
use crate::store::sqlite::proof::checked::{CheckedRow, CheckedStretch, MappingRow, Sums};
use crate::store::sqlite::proof::receipt::LinkPlace;

/// The links from the beginning up to some place, which all hold.
#[derive(Debug)]
pub struct CheckedChain {
    place: LinkPlace,
    hash: ChainHash,
    clock: Option<i64>,
    /// How many events each stream has, by its number less 1.
    versions: Vec<u64>,
    /// The imported log of each source.
    logs: HashMap<SourceId, SourceId>,
    /// Where each stream stands within each imported log: the place there, and the version. `None` where that is not looked
    /// at.
    places: Option<HashMap<(SourceId, i64), (u64, StreamPosition)>>,
    sums: Sums,
}

impl CheckedChain {
    /// No link yet. It will take 8 bytes of memory for each stream.
    ///
    /// # Errors
    /// The store's own: it does not even say which store it is.
    pub fn begin(store: &dyn LogProof) -> Result<Self> {
        Ok(Self {
            place: LinkPlace::default(),
            hash: store.beginning()?,
            clock: None,
            versions: Vec::new(),
            logs: HashMap::new(),
            places: None,
            sums: Sums::default(),
        })
    }

    /// No link yet; what events of imported logs are known again by will be followed as well, which takes some 60 bytes for each
    /// stream of each log.
    ///
    /// # Errors
    /// As for [`CheckedChain::begin`].
    pub fn begin_with_origins(store: &dyn LogProof) -> Result<Self> {
        Ok(Self { places: Some(HashMap::new()), ..Self::begin(store)? })
    }

    /// The last link.
    pub fn place(&self) -> LinkPlace {
        self.place
    }

    /// Its hash.
    pub fn hash(&self) -> ChainHash {
        self.hash
    }

    /// How many streams the events are of.
    pub fn n_streams(&self) -> usize {
        self.versions.len()
    }

    /// What the tables beside the events have to add up to.
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// Goes on with the events of a stretch, which begins behind the last link, and with the mappings among them. `mappings`
    /// are all that there are.
    ///
    /// # Errors
    /// The first link that does not hold; the chain ends before it.
    pub fn take(&mut self, stretch: &CheckedStretch, mappings: &[MappingRow]) -> Result<(), Fault> {
        self.take_mappings(mappings)?;
        if let Some(before) = stretch.before
            && before != self.hash
        {
            // It was another one when the stretch before was read: somebody is making the chain anew.
            let expected = format!("the hash {}", self.hash);
            return Err(Fault::at(self.place.position, expected, format!("the hash {before}")));
        }
        for row in &stretch.rows {
            self.take_mappings(mappings)?;
            self.take_row(row)?;
        }
        self.sums.add(&stretch.sums);
        if let Some(fault) = &stretch.fault {
            // A mapping in front of it is a link before it.
            self.take_mappings(mappings)?;
            return Err(fault.clone());
        }
        self.take_mappings(mappings)
    }

    /// Whether a mapping is left that belongs to no position up to here, nor to one that has come since, up to `head`.
    ///
    /// # Errors
    /// The first one that is.
    pub fn end(&self, mappings: &[MappingRow], head: GlobalPosition) -> Result<(), Fault> {
        let n_taken = usize::try_from(self.place.mapping).unwrap_or(usize::MAX);
        let is_left = |row: &&MappingRow| row.head <= self.place.position || row.head > head;
        match mappings.iter().skip(n_taken).find(is_left) {
            None => Ok(()),
            Some(row) => Err(Fault::outside(
                format!("mapping {} to have been given up to position {}", row.id, self.place.position),
                format!("that it was given at {}", row.head),
            )),
        }
    }

    /// The mappings that were given when the last event was the newest.
    fn take_mappings(&mut self, mappings: &[MappingRow]) -> Result<(), Fault> {
        let n_taken = usize::try_from(self.place.mapping).unwrap_or(usize::MAX);
        let position = self.place.position;
        for row in mappings.iter().skip(n_taken).take_while(|row| row.head <= position) {
            let id = self.place.mapping + 1;
            let expected = |what: String| format!("mapping {id} {what}");
            if row.id != id {
                return Err(Fault::outside(expected("next".to_owned()), format!("mapping {}", row.id)));
            }
            if row.head != position {
                let given = format!("to have been given at position {position} or later");
                return Err(Fault::outside(expected(given), format!("that it was given at {}", row.head)));
            }
            let hash = row.link().after(self.hash);
            if row.hash != hash {
                let recorded = expected(format!("with the hash {} as recorded", row.hash));
                return Err(Fault::outside(recorded, format!("the hash {hash}")));
            }
            (self.place.mapping, self.hash) = (id, hash);
            self.logs.insert(row.source, row.log);
        }
        Ok(())
    }

    fn take_row(&mut self, row: &CheckedRow) -> Result<(), Fault> {
        let position = self.place.position.plus(1);
        let fault = |expected: String, found: String| Err(Fault::at(position, expected, found));
        let number = usize::try_from(row.stream).unwrap_or(0);
        if number == 0 || number > self.versions.len() + 1 {
            let next = self.versions.len() + 1;
            return fault(format!("a stream with a number up to {next}"), row.stream.to_string());
        }
        if number > self.versions.len() {
            self.versions.push(0);
        }
        let Some(version) = self.versions.get_mut(number - 1) else {
            return fault("a stream".to_owned(), row.stream.to_string());
        };
        if row.version.number() != *version + 1 {
            return fault(format!("version {} of its stream", *version + 1), row.version.to_string());
        }
        let clock = self.clock.max(row.time);
        if row.clock != clock {
            let shown =
                |clock: Option<i64>| clock.map_or("no time".to_owned(), |micros| format!("{micros} µs"));
            return fault(format!("the clock at {}", shown(clock)), shown(row.clock));
        }
        *version += 1;
        self.take_origin(row, position)?;
        (self.clock, self.hash, self.place.position) = (clock, row.hash, position);
        Ok(())
    }

    /// Where the event came from: its source is known, and its place is behind those of its stream from the same log.
    fn take_origin(&mut self, row: &CheckedRow, position: GlobalPosition) -> Result<(), Fault> {
        let (source, place) = match (row.source, row.place) {
            (None, None) => return Ok(()),
            (Some(source), Some(place)) => (source, place),
            _ => return Err(Fault::at(position, "a source with a place", "one without the other")),
        };
        let Some(log) = self.logs.get(&source) else {
            return Err(Fault::at(
                position,
                "a source that was known by then",
                format!("source {}", source.0),
            ));
        };
        let Some(places) = &mut self.places else { return Ok(()) };
        let before = places.insert((*log, row.stream), (place, row.version));
        let (last, version) = before.unwrap_or((0, StreamPosition::START));
        if place <= last {
            let expected = format!("a place after {last} in the imported log");
            return Err(Fault::at(position, expected, format!("place {place}")));
        }
        let goes_on = last > 0 && last + 1 == place && version.plus(1) == row.version;
        if !goes_on {
            self.sums.add_stretch([log.0, row.stream, place.cast_signed(), row.version.to_sql()]);
        }
        Ok(())
    }
}

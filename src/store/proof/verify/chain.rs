//! The check of the chain, piece by piece, with the results in order.

use std::collections::HashMap;

use anyhow::Result;

use crate::domain::event::{GlobalPosition, SourceId, StreamPosition};
use crate::domain::hash::ChainHash;
use crate::store::log::LogProof;
use crate::store::proof::checked::{CheckedRow, CheckedStretch, MappingRow, Sums};
use crate::store::proof::finding::Fault;
use crate::store::proof::receipt::LinkPlace;

/// The links from the beginning up to some place, all of which hold.
#[derive(Debug)]
pub struct CheckedChain {
    place: LinkPlace,
    n_events: u64,
    hash: ChainHash,
    clock: Option<i64>,
    /// Number of events of each stream, by its number less 1.
    versions: Vec<u64>,
    /// The imported log of each source.
    logs: HashMap<SourceId, SourceId>,
    /// For each stream within each imported log, the last place and its version. `None` if origins are not checked.
    places: Option<HashMap<(SourceId, i64), (u64, StreamPosition)>>,
    sums: Sums,
}

impl CheckedChain {
    /// No link yet. Memory grows by 8 bytes per stream.
    ///
    /// # Errors
    /// Errors of the store, which cannot even be identified.
    pub fn begin(store: &dyn LogProof) -> Result<Self> {
        Ok(Self {
            place: LinkPlace::default(),
            n_events: 0,
            hash: store.beginning()?,
            clock: None,
            versions: Vec::new(),
            logs: HashMap::new(),
            places: None,
            sums: Sums::default(),
        })
    }

    /// No link yet; the origins of imported events will be checked as well, which takes some 60 bytes for each stream
    /// of each log.
    ///
    /// # Errors
    /// Those of [`CheckedChain::begin`].
    pub fn begin_with_origins(store: &dyn LogProof) -> Result<Self> {
        Ok(Self { places: Some(HashMap::new()), ..Self::begin(store)? })
    }

    /// The last link.
    pub fn place(&self) -> LinkPlace {
        self.place
    }

    pub fn hash(&self) -> ChainHash {
        self.hash
    }

    /// Number of events whose links hold.
    pub fn n_events(&self) -> u64 {
        self.n_events
    }

    pub fn n_streams(&self) -> usize {
        self.versions.len()
    }

    /// The sums that the indexes have to match.
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// Continues with the events of a range, which begins after the last link, and with the mappings among them.
    /// `mappings` are all mappings.
    ///
    /// # Errors
    /// The first link that does not hold; the chain ends before it.
    pub fn take(&mut self, stretch: &CheckedStretch, mappings: &[MappingRow]) -> Result<(), Fault> {
        self.take_mappings(mappings)?;
        if let Some(before) = stretch.before
            && before != self.hash
        {
            // The stored hash has changed since the previous range was read: somebody is rewriting the chain.
            let expected = format!("the hash {}", self.hash);
            return Err(Fault::at(self.place.position, expected, format!("the hash {before}")));
        }
        for row in &stretch.rows {
            self.take_mappings(mappings)?;
            self.take_row(row)?;
        }
        self.sums.add(&stretch.sums);
        if let Some(fault) = &stretch.fault {
            // A mapping before the event is a link before it.
            self.take_mappings(mappings)?;
            return Err(fault.clone());
        }
        self.take_mappings(mappings)
    }

    /// Checks that no mapping is left over, except those given at positions after the last event, up to `head`.
    ///
    /// # Errors
    /// The first mapping that is left over.
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

    /// Adds the mappings that were given while the last event was the newest.
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
        self.n_events += 1;
        Ok(())
    }

    /// Checks the event's origin: its source is known, and its place is after those of its stream from the same log.
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
            self.sums.add_stretch([
                log.0,
                row.stream,
                place.cast_signed(),
                row.version.number().cast_signed(),
            ]);
        }
        Ok(())
    }
}

/// The disk side of the run file: a file driver for HDF5 whose flushes a kill cannot tear. Only for .cpp files.
///
/// HDF5 flushes its metadata in the order of addresses, and the end of the file's contents last: a program killed in
/// between leaves objects that refer to what the file does not have. This driver writes the same bytes in another
/// order. What nothing on the disk refers to yet (all that lies beyond the end at the last flush) and raw data are
/// written at once. Everything else, which is metadata that the disk already has an older version of, is held in
/// memory until the flush has come to its end, and then goes out so that nothing is written before what it refers to:
///
///   1. the file gets its new length;
///   2. the superblock, which says where the contents end;
///   3. collections of texts, to which a flush only adds;
///   4. the index nodes of the chunks, parents before children: a node that was split has given half of its entries to
///      a new node, which is on the disk, so the parent must know that one before the child forgets them;
///   5. object headers, which say how many rows a dataset has: they reveal the rows.
///
/// A kill stops a write only where one page of the file ends and the next begins, so metadata is placed such that a
/// block never lies on two pages. That and the rule "what is beyond the end is new" need space that is never used
/// again: the file must be created with H5F_FSPACE_STRATEGY_NONE. Raw data must only be overwritten by data that is
/// the same for the rows that the disk has.
///
/// Valid   for one writer, with no link or attribute removed after the first flush, and metadata blocks of up to 4 KiB
///         (larger ones, such as headers with dozens of attributes, must not change after the first flush). Against
///         kills of the process, not of the machine: nothing here waits for the disk.
/// Errors  as those of HDF5's own driver: a failed call, with the system's reason innermost in HDF5's error stack.
#pragma once

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace wattershed {

/// Told of every change of the file before it is made: `bytes` go to `offset`; without bytes the file grows to
/// `offset`. For tests.
using FileWatch = std::function<void(std::uint64_t offset, std::span<const std::byte> bytes)>;

/// Makes files that are created with this access list ordered ones. `watch` may be null; it must outlive the file.
/// The caller holds the lock on HDF5; throws Hdf5Failure.
void use_ordered_file(hid_t file_access, const FileWatch* watch);

}  // namespace wattershed

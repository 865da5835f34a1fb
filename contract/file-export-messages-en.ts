// What is said where packets, dissections and keys become files.
export const FILE_EXPORT_ENGLISH = {
  'range-empty': 'Say which packets, such as 1-5,8,10-.',
  'range-wrong': "'{part}' is no range of packets: 5, 1-5, -5 and 10- are.",
  'range-backwards': "The range '{part}' ends before it begins.",
  'nothing-to-export': 'These are no packets: nothing would be written.',
  'export-links':
    'The packets have {n} different link types ({links}); a pcap file has one. pcapng holds them, or choose fewer.',
  'export-stamps': 'Packet {packet} has a time before 1970 or after 2106, which a pcap file cannot hold.',
  'lost-nanoseconds': 'Nanoseconds of {n} {n:packet|packets} are cut to microseconds.',
  'lost-comments': 'Comments are lost: the capture has {n}.',
  'lost-interfaces': 'Names, filters and counts of {n} {n:interface|interfaces} are lost.',
  'lost-names': '{n} resolved {n:name is|names are} lost.',
  'lost-secrets': 'Decryption secrets are lost: this format holds none.',
  'merged-interfaces': 'Packets of one link type come from one interface in the file: its name is lost.',
  'secrets-none': 'No keys are in use: none are put in.',
  'secrets-put-in':
    'The file holds {n} {n:key that decrypts|keys that decrypt} its traffic. Give it to nobody who may not read that.',
  'print-too-long':
    'A page for printing holds at most {most} packets: the first {most} of {n} are in it. Text has all of them.',
  'print-too-large': 'The page was ended after {bytes} bytes, with {n} of {of} packets. Text has all of them.',
  'dissections-partial': `The capture is too large for the dissector as a whole: packets were dissected in parts, with those around them; lines \
that number streams or count from earlier packets are left out.`,
  'details-cut': 'Of {n} {n:packet|packets} not every line was written: their details have too many.',
  'shift-growing': 'Times are shifted when the capture was read to its end, and not while it is captured.',
  'shift-out-of-range': 'Packet {packet} would be before 1970 or after 2106: nothing was shifted.',
  'shift-same-time': 'The two packets were captured at the same time: nothing follows for the others.',
  'no-offset': "'{text}' is no offset: write [-][[hh:]mm:]ss[.fraction], such as -1:30 or 0.25.",
  'no-moment': "'{text}' is no time: write [YYYY-MM-DD] hh:mm:ss[.fraction].",
  'shift-not-known':
    'Packets are shifted, and the dissector does not know by how much: frame.offset_shift cannot be asked.',
  'lost-counts': 'Counts of interfaces are left out: their times are those of the capture.',
  'no-session-keys': 'There are no keys: neither a key log is in use nor does the capture hold one.',
  'no-keys-of-capture': 'None of the {n} {n:key|keys} belongs to a session of this capture.',
  'all-keys-written':
    'The capture is too large to be looked through for its sessions: all {n} {n:key|keys} were written.',
} as const;

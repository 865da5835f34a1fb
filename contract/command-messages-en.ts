// What the command line alone says of its options and inputs.
export const COMMAND_ENGLISH = {
  'cli-field-unknown':
    "there is no field '{name}'; tshark -G fields and the window's filter offer those that there are",
  'cli-field-like': "there is no field '{name}'; did you mean {near}?",
  'cli-field-column': "there is no column '{name}': number, time, source, destination, protocol, length or info",
  'cli-field-not-printed': "'{name}' holds no value that can be printed",
  'cli-fields-cut': 'of {n} {n:packet|packets} a hidden field is longer than the dissector tells, and was cut',
  'cli-window-only': '{field} is what people say in the window, and is known there only',
  'cli-asked-of-rules': '{field} is of threat rules: --rules FILE says which are asked',
  'cli-asked-of-lists': '{field} is of lists of indicators: --indicators FILE says which are asked',
  'cli-rules-unasked': '--rules is for a filter or fields of rule.sid and its like: none is given',
  'cli-lists-unasked': '--indicators is for a filter or fields of indicator.list and its like: none is given',
  'cli-read-twice': '{name} comes through a pipe once, and is read twice for verdicts, rules and lists: save it first',
  'cli-changed-meanwhile': '{name} was changed while it was read: nothing of it is told',
  'cli-not-scored': 'here nothing is scored: verdicts, threat rules and lists are asked by `sightline packets -Y`',
  'cli-no-stream':
    'there is no flow {what} in this capture; `sightline flows` lists them, and tcp.stream counts from 0',
  'cli-not-carried': 'this flow is not carried by what {kind} is carried by; it can be followed as {kinds}',
  'cli-bytes-missing': '[{n} bytes are missing in the capture]',
  'cli-sum-missing': '--sums has no line for it',
  'cli-sum-differs': 'its SHA-256 is another one than --sums says: it was changed',
  'cli-card-differs': 'its SHA-256 is another one than its card says',
  'cli-no-card': 'there is no card {card} beside it, to which it could be held',
  'cli-watch-none': '{folder} is no folder that can be watched',
  'cli-watch-killed': 'it ended the program {n} times and is not tried again',
  'cli-watch-busy': '{folder} is watched already, by process {pid:plain}',
} as const;

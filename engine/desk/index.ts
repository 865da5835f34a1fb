// The room that serves windows: the open capture, its lists, alerts, labels and settings, answered request by request.
//
// `desk.ts` is what a running Sightline has open, `session.ts` the open capture (read, score, columns of verdicts,
// labels, alerts), `handlers.ts` one function for each request, `serve.ts` the wire's end. File and live capture take
// the same road: live, segments grow and the reader looks again every 15 ms; when nothing comes, time goes on as far as
// the helper's clock says that everything earlier is on disk, so that flows end live where they end when the segments
// are read again. State notices come twenty times a second, four while a file is read: the reading needs the time.
//
// Vectors are not kept. The reasons of one flow are made by reading its packets again (`replay.ts`; the DNS answer and
// group K, which other flows gave it, are as the session saw them), a feature's packets and bytes by watching that
// (`evidence.ts`), a column of a feature or a CSV by reading the capture again (`sweep.ts`). Columns of a live capture
// beyond 8.4 million packets go to a file without a name (`spill.ts`), so that memory stays flat but for flows. Labels
// are on disk when they are answered (`labels.ts`): under the folder's name for a live capture, else under the bytes of
// the file that was opened, and under the flow's first packet. In the window, earlier flows of a beacon take its
// verdict too.
export { plainCapture } from './capture-source.ts';
export { Desk, type DeskOptions, Refused } from './desk.ts';
export { Grants } from './grants.ts';
export { deskOptions } from './options.ts';
export { reportAlone } from './report-alone.ts';
export { serve, type Served, type Wire } from './serve.ts';
export { judgedAlert, judgedIncidents, judgedRecord } from './judged.ts';
export { alertRow } from './detail.ts';
export { CaptureSession } from './session.ts';
export { MetIndicators } from './met-indicators.ts';
export { SessionHits } from './session-hits.ts';
export { followFlow, kindsOf } from './follow.ts';
export { exportPackets, fitness, type PacketFileSource } from './export-packets.ts';
export { Objects } from './objects.ts';
export { type StatSource, statTable } from './stat-tables.ts';
export { hashesOf } from './file-hashes.ts';

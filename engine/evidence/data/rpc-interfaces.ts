// Interfaces and operations of DCERPC that evidence knows, November 2026. UUIDs and operation numbers: Microsoft's open
// specifications MS-SCMR, MS-WMI, MS-DCOM, MS-TSCH, MS-RPRN, MS-PAR, MS-EFSR, MS-DRSR, MS-SAMR, MS-NRPC, MS-RRP,
// MS-EVEN, MS-EVEN6, MS-BKRP, MS-SRVS, MS-DSSP.
import type { PlainKey } from '../../../contract/index.ts';

export interface RpcInterface {
  readonly name: string;
  /** What is opened with it. */
  readonly group: 'wmi' | 'service-or-task' | 'coercion' | 'dcom' | 'enumeration' | 'logon' | 'administration';
  /** It administers a host from afar. */
  readonly remote: boolean;
}

export const NETLOGON = '12345678-1234-abcd-ef00-01234567cffb';
export const DRSUAPI = 'e3514235-4b06-11d1-ab04-00c04fc2dcd2';
export const SVCCTL = '367abb81-9844-35f1-ad32-98f038001003';
export const ACTIVATOR = '000001a0-0000-0000-c000-000000000046';
const LOGIN = 'f309ad18-d86a-11d0-a075-00c04fb68820';
const WBEM = '9556dc99-828c-11cf-a37e-00aa003240c7';
const SPOOLSS = '12345678-1234-abcd-ef00-0123456789ab';
const EFSR = 'c681d488-d850-11d0-8c52-00c04fd90f7e';
const EFSR_PIPE = 'df1941c5-fe89-4e79-bf10-463657acf44d';
const PAR = '76f03f96-cdfd-44fc-a22c-64950a001209';
const BACKUP_KEY = '3dde7c30-165d-11d1-ab8f-00805f14db40';
const ATSVC = '1ff70682-0a51-30e8-076d-740be8cee98b';
const TASKS = '86d35949-83c9-4044-b424-db363231fd0c';
const SAMR = '12345778-1234-abcd-ef00-0123456789ac';

export const RPC_INTERFACES: ReadonlyMap<string, RpcInterface> = new Map([
  [SVCCTL, { name: 'svcctl', group: 'service-or-task', remote: true }],
  [LOGIN, { name: 'IWbemLevel1Login', group: 'wmi', remote: true }],
  [WBEM, { name: 'IWbemServices', group: 'wmi', remote: true }],
  [SPOOLSS, { name: 'spoolss', group: 'coercion', remote: true }],
  [DRSUAPI, { name: 'drsuapi', group: 'administration', remote: true }],
  [EFSR, { name: 'MS-EFSR', group: 'coercion', remote: true }],
  [EFSR_PIPE, { name: 'MS-EFSR', group: 'coercion', remote: true }],
  [PAR, { name: 'MS-PAR', group: 'coercion', remote: true }],
  ['338cd001-2244-31f1-aaaa-900038001003', { name: 'winreg', group: 'administration', remote: true }],
  ['82273fdc-e32a-18c3-3f78-827929dc23ea', { name: 'eventlog', group: 'administration', remote: true }],
  ['f6beaff7-1e19-4fbb-9f8f-b89e2018337c', { name: 'MS-EVEN6', group: 'administration', remote: true }],
  [BACKUP_KEY, { name: 'BackupKey', group: 'administration', remote: true }],
  [ATSVC, { name: 'atsvc', group: 'service-or-task', remote: true }],
  [TASKS, { name: 'ITaskSchedulerService', group: 'service-or-task', remote: true }],
  [ACTIVATOR, { name: 'ISystemActivator', group: 'dcom', remote: false }],
  ['00000143-0000-0000-c000-000000000046', { name: 'IRemUnknown2', group: 'dcom', remote: false }],
  [SAMR, { name: 'samr', group: 'enumeration', remote: false }],
  ['4b324fc8-1670-01d3-1278-5a47bf6ee188', { name: 'srvsvc', group: 'enumeration', remote: false }],
  ['3919286a-b10c-11d0-9ba8-00c04fd92ef5', { name: 'dssetup', group: 'enumeration', remote: false }],
  [NETLOGON, { name: 'netlogon', group: 'logon', remote: false }],
]);

/** What an operation's points depend on beside its number. */
export type Condition = 'always' | 'not-a-controller' | 'after-a-creation' | 'after-failed-logons';

export interface RpcOperation {
  readonly name: string;
  readonly points: 1 | 2 | 3;
  /** What it does to the other host, in words. */
  readonly does: PlainKey;
  /** Under it the points hold; else one less, and none where a controller does it. */
  readonly condition: Condition;
}

function operation(name: string, points: 1 | 2 | 3, does: PlainKey, condition: Condition = 'always'): RpcOperation {
  return { name, points, does, condition };
}

/** By interface and operation number: `uuid/number`. */
export const RPC_OPERATIONS: ReadonlyMap<string, RpcOperation> = new Map([
  [`${WBEM}/24`, operation('ExecMethod', 3, 'rpc-does-run')],
  [`${WBEM}/25`, operation('ExecMethodAsync', 3, 'rpc-does-run')],
  [`${WBEM}/14`, operation('PutInstance', 3, 'rpc-does-wmi-write')],
  [`${WBEM}/15`, operation('PutInstanceAsync', 3, 'rpc-does-wmi-write')],
  [`${LOGIN}/6`, operation('NTLMLogin', 2, 'rpc-does-wmi')],
  [`${SVCCTL}/12`, operation('CreateServiceW', 3, 'rpc-does-service')],
  [`${SVCCTL}/24`, operation('CreateServiceA', 3, 'rpc-does-service')],
  [`${SVCCTL}/44`, operation('CreateServiceWOW64A', 3, 'rpc-does-service')],
  [`${SVCCTL}/45`, operation('CreateServiceWOW64W', 3, 'rpc-does-service')],
  [`${SVCCTL}/60`, operation('CreateWowService', 3, 'rpc-does-service')],
  [`${SVCCTL}/11`, operation('ChangeServiceConfigW', 3, 'rpc-does-service-change')],
  [`${SVCCTL}/23`, operation('ChangeServiceConfigA', 3, 'rpc-does-service-change')],
  [`${SVCCTL}/19`, operation('StartServiceW', 3, 'rpc-does-start', 'after-a-creation')],
  [`${SVCCTL}/31`, operation('StartServiceA', 3, 'rpc-does-start', 'after-a-creation')],
  [`${TASKS}/1`, operation('SchRpcRegisterTask', 3, 'rpc-does-task')],
  [`${ATSVC}/0`, operation('NetrJobAdd', 3, 'rpc-does-task')],
  [`${DRSUAPI}/3`, operation('DRSGetNCChanges', 3, 'rpc-does-replicate', 'not-a-controller')],
  [`${DRSUAPI}/5`, operation('DRSReplicaAdd', 3, 'rpc-does-replicate', 'not-a-controller')],
  [`${SPOOLSS}/9`, operation('RpcAddPrinterDriver', 3, 'rpc-does-driver')],
  [`${SPOOLSS}/89`, operation('RpcAddPrinterDriverEx', 3, 'rpc-does-driver')],
  [`${SPOOLSS}/62`, operation('RpcRemoteFindFirstPrinterChangeNotification', 3, 'rpc-does-coerce')],
  [`${SPOOLSS}/65`, operation('RpcRemoteFindFirstPrinterChangeNotificationEx', 2, 'rpc-does-coerce')],
  [`${PAR}/39`, operation('RpcAsyncAddPrinterDriver', 3, 'rpc-does-driver')],
  [`${EFSR}/0`, operation('EfsRpcOpenFileRaw', 3, 'rpc-does-coerce')],
  [`${EFSR_PIPE}/0`, operation('EfsRpcOpenFileRaw', 3, 'rpc-does-coerce')],
  [`${EFSR}/4`, operation('EfsRpcEncryptFileSrv', 3, 'rpc-does-coerce')],
  [`${EFSR_PIPE}/4`, operation('EfsRpcEncryptFileSrv', 3, 'rpc-does-coerce')],
  [`${EFSR}/5`, operation('EfsRpcDecryptFileSrv', 3, 'rpc-does-coerce')],
  [`${BACKUP_KEY}/0`, operation('BackuprKey', 2, 'rpc-does-backup-key')],
  [`${NETLOGON}/30`, operation('NetrServerPasswordSet2', 3, 'rpc-does-machine-password', 'after-failed-logons')],
  [`${SAMR}/37`, operation('SamrSetInformationUser', 3, 'rpc-does-account')],
  [`${SAMR}/58`, operation('SamrSetInformationUser2', 3, 'rpc-does-account')],
  [`${SAMR}/54`, operation('SamrOemChangePasswordUser2', 1, 'rpc-does-own-password')],
  [`${SAMR}/55`, operation('SamrUnicodeChangePasswordUser2', 1, 'rpc-does-own-password')],
  [`${SAMR}/64`, operation('SamrConnect5', 1, 'rpc-does-accounts')],
]);

/** What nvidia-smi prints, word for word. Said beside each: where it is from. */

import type { Answer } from "../../../../src/kubernetes/exec.ts";
import type { Gpu, Mode } from "../../../../src/mig/model.ts";
import type { NvidiaSmi } from "../../../../src/mig/transport/model.ts";

// NVIDIA's MIG user guide, "Enable MIG Mode".
export const ENABLED = "Enabled MIG Mode for GPU 00000000:36:00.0\nAll done.\n";
export const PENDING_NOT_SUPPORTED = `Warning: MIG mode is in pending enable state for GPU 00000000:00:03.0:Not Supported
Reboot the system or try nvidia-smi --gpu-reset to make MIG mode effective on GPU 00000000:00:03.0
All done.
`;
export const PENDING_IN_USE = `Warning: MIG mode is in pending enable state for GPU 00000000:07:00.0:In use by another client
00000000:07:00.0 is currently being used by one or more other processes (e.g. CUDA application or a monitoring application such as another instance of nvidia-smi). Please first kill all processes using the device and retry the command or reboot the system to make MIG mode effective.
All done.
`;
export const RESET_NOT_SUPPORTED = "Resetting GPU 00000000:00:03.0 is not supported.\n";

// NVIDIA's MIG user guide, "Destroying GPU Instances".
export const DESTROYED = "Successfully destroyed compute instance ID  0 from GPU  0 GPU instance ID  1\n";
export const DESTROY_IN_USE = `Unable to destroy GPU instance ID  1 from GPU  0: In use by another client
Failed to destroy GPU instances: In use by another client
`;

// NVIDIA's MIG user guide, "List GPU Instance Profiles" (A100 40 GB, shortened).
export const PROFILES = `+-----------------------------------------------------------------------------+
| GPU instance profiles:                                                      |
| GPU   Name             ID    Instances   Memory     P2P    SM    DEC   ENC  |
|                              Free/Total   GiB              CE    JPEG  OFA  |
|=============================================================================|
|   0  MIG 1g.5gb        19     7/7        4.75       No     14     0     0   |
|                                                             1     0     0   |
+-----------------------------------------------------------------------------+
|   0  MIG 1g.5gb+me     20     1/1        4.75       No     14     1     0   |
|                                                             1     1     1   |
+-----------------------------------------------------------------------------+
|   1  MIG 3g.20gb        9     0/2        19.50      No     42     2     0   |
|                                                             3     0     0   |
+-----------------------------------------------------------------------------+
`;

// Seen by users on GPUs without MIG (RTX A5000, RTX PRO 6000 Workstation).
export const NOT_CAPABLE = `Unable to enable MIG Mode for GPU 00000000:21:00.0: Not Supported
Treating as warning and moving on.
All done.
`;
export const NO_MIG_DEVICES = "No MIG-supported devices found.\n";

// Seen by users; in the guest of a vGPU host the second.
export const DENIED =
  "Unable to enable MIG mode: Insufficient permissions\nTerminating early due to previous errors.\n";
export const DENIED_GUEST = "Unable to disable MIG Mode: Insufficient Permissions\n";

// Seen by users with GPU instances, or with virtual functions.
export const DISABLE_IN_USE = `Unable to disable MIG Mode for GPU 00000000:07:00.0: In use by another client
Terminating early due to previous errors.
`;
// https://github.com/NVIDIA/gpu-operator/issues/118 and https://github.com/NVIDIA/NVSentinel/issues/1690
export const RESET_IN_USE_OLD = `GPU 00000000:07:00.0 is currently in use by another process.

1 device is currently being used by one or more other processes (e.g., Fabric Manager, CUDA application, graphics application such as an X server, or a monitoring application such as another instance of nvidia-smi). Please first kill all processes using this device and all compute applications running in the system.
`;
export const RESET_IN_USE = `The following GPUs could not be reset:
  GPU 00000000:07:00.0: In use by another client

1 device is currently being used by one or more other processes (e.g. Fabric Manager, CUDA application). Please first kill all processes using this device and all compute applications running in the system.
`;
// Seen by users with NVLink between GPUs of which not all were to be reset.
export const RESET_NVLINK = "The following GPUs could not be reset:\n  GPU 00000000:07:00.0: Not Supported\n";

// Seen by users of drivers whose reset took too long.
export const PENDING_TIMEOUT = `Warning: MIG mode is in pending disable state for GPU 00000000:07:00.0:Timeout
Reboot the system or try nvidia-smi --gpu-reset to make MIG mode effective on GPU 00000000:07:00.0
`;
export const PERSISTENCE =
  "Warning: persistence mode is disabled on device 00000000:07:00.0. See the Known Issues section of the nvidia-smi(1) man page for more information. Run with [--help | -h] switch to get more information on how to enable persistence mode.\n";

// Seen by users; newer drivers write no blank before the bus id.
export const LOST =
  "Unable to determine the device handle for GPU 0000:07:00.0: GPU is lost.  Reboot the system to recover this GPU\n";
export const LOST_NEW = "Unable to determine the device handle for GPU0000:07:00.0: Unknown Error\n";
export const NO_DRIVER =
  "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n";
export const NO_LIBRARY =
  "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system. Please make sure that the NVIDIA Display Driver is properly installed and present in your system.\n";
export const MISMATCH =
  "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.161\n";
export const OLD_DRIVER = 'Field "mig.mode.current" is not a valid field to query.\n';
export const NO_DEVICES = "No devices were found\n";

export function answer(stdout: string, code = 0, stderr = ""): Answer {
  return { code, stdout, stderr };
}

export function gpu(index: number, bus: string, current: Mode = "disabled", pending: Mode = current): Gpu {
  return { index, model: "NVIDIA A100-SXM4-40GB", uuid: `GPU-${index}`, bus, current, pending };
}

/** An nvidia-smi with an answer for each call, by its arguments; `calls` are those made. */
export function scripted(answers: Readonly<Record<string, Answer>>): NvidiaSmi & { calls: string[] } {
  const calls: string[] = [];
  return {
    place: "this machine",
    calls,
    run(args) {
      const line = args.join(" ");
      calls.push(line);
      const found = Object.entries(answers).find(([key]) => line.includes(key));
      return Promise.resolve(found?.[1] ?? answer("No answer in this test\n", 99));
    },
  };
}

import type { Platform } from "./platforms.ts";
import type { ToolId } from "./publishers.ts";

/**
 * Versions that ranges resolve to, newest first, with the SHA-256 of the publisher's file for each platform.
 * A sum stands here only when the publisher's own checksum file was read, or when two independent public sources
 * (release notes, build files of other projects) agree on it. A platform without a proven sum is left out; its sum
 * is then read from the checksum file beside the download, with a warning.
 */
export const KNOWN_VERSIONS: Readonly<
  Record<ToolId, Readonly<Record<string, Readonly<Partial<Record<Platform, string>>>>>>
> = {
  helm: {
    "4.3.0": {
      "linux-x64": "86584a54def73570558f66f5111cc53dfed56689637ae32c1201205d494f54fb",
      "linux-arm64": "31c5794dd55c66a51e6b7d2e2ac7a114ae8b1de41ff1d9ba51748ac973b06a08",
      "darwin-x64": "347a784877e0e20eac865e8d1c36a80f6bb0861d6f29abd34defb6570ef95d92",
      "darwin-arm64": "d3870437e1e95b67f8edbde964156c84a26503f560821d40c542441658934fba",
      "win32-x64": "304ea163cce4d9ad14e189c01846c6a34de9cfdfe48536ae54b2e8ba7884e67c",
    },
    "4.2.3": {
      "linux-x64": "e9b88b4ee95b18c706839c28d3a0220e5bc470e9cd9262410c90793c45ff8b7c",
      "linux-arm64": "21abd9354d39b2cd79a8d76be6912cd137a983cbf997193503fb8a6a6e2f2785",
      "darwin-x64": "ff3ac86755a45f3422473bc1200776aac0fe04c5766abe6ca66699f7b564b23b",
      "darwin-arm64": "048ecf5ad3160f83d918f9fe945238d2132b079640f7b106175331c25f242c64",
      "win32-x64": "5ca7de684c92d48b93d5c34a029fdda57b38e1eac04bc8541bdf1eb249388679",
    },
    "3.21.4": {
      "linux-x64": "61f88ab166748cb19604d7884cb100ae9ccb13804ddeb98e08af167eacbb6a14",
      "linux-arm64": "b54c04b4e0b2540bbdc08c17a121dab70e9a2ed0de5705528fec68a5fd3b85a7",
      "darwin-x64": "9173d05edf9592c6be1d0412ffafd935448dfc7a63c2bc732b8c67e55503e8a8",
      "darwin-arm64": "6e0bf5eb6daafc2b1ec34bb5ba04ef103f3afc16192fb19805c2924d7ea1033f",
      "win32-x64": "268a7b98b313403055e4f31807aeaac529c90e1188acd7857ae3e960b0f67cce",
    },
  },
  kubectl: {
    "1.37.0": {
      "linux-x64": "6129359f4e1f3848a5572ccb0b26cf28b8ca08cef38c95a765b2f64a2c961a2f",
      "linux-arm64": "922df28df248cc00a9e025f947704f1d1482de64ece54cfe57e61f19eaf1eef3",
      "darwin-x64": "d5276c0f4fde77fc446070290f345944a7f1fda153df6b960e5fde93b7a9bccd",
      "darwin-arm64": "583beedaebe422e71d3f1a96acef8b1fef86ea2f09a45ad01aa6c9ce287c1380",
    },
    "1.36.4": {
      "linux-x64": "8b8f088da2dab964f853b38464033b1be15ede2839eca751482357c45abdd05a",
      "linux-arm64": "0ecf44450ee6063bf19dd166a103ee6df4a9034455c2abce626e6eea657d73fb",
    },
    "1.36.3": {
      "linux-x64": "ebbd080e7c2e275093b55915722043257eb24004363e20acb3c4d71919f88336",
      "linux-arm64": "3d86f24401c41ae5a46ac50eef8865fe891d3647d324a0836f6c63757a126e62",
      "darwin-arm64": "fc8582acde13869a606730a79379d6515f30c68afcced0b5ac8789d5d002b7d6",
    },
  },
  kubeconform: {
    "0.8.0": {
      "linux-x64": "9bc2bffbf71f261128533edaf912153948b7ff238f9a531ae6d34466ec287883",
      "linux-arm64": "1f53fc8e81258197a35e8603054162a5af1de8c5af13746c71ab680d9534ed87",
      "darwin-x64": "71dbc87ac9f24099a62b93570e65aa06312ba6ac8aea63b7f86e9d999edf5a92",
      "darwin-arm64": "f84f4dfbebf4a6b0b230385fa065a39ea35e02608c2b50d025dcf64775a69d67",
      "win32-x64": "e3f56102bcf4f50b034a567e2482a1c5330799983ddd655952310211aef73d93",
    },
    "0.7.0": {
      "linux-x64": "c31518ddd122663b3f3aa874cfe8178cb0988de944f29c74a0b9260920d115d3",
      "linux-arm64": "cc907ccf9e3c34523f0f32b69745265e0a6908ca85b92f41931d4537860eb83c",
      "darwin-x64": "c6771cc894d82e1b12f35ee797dcda1f7da6a3787aa30902a15c264056dd40d4",
      "darwin-arm64": "b5d32b2cb77f9c781c976b20a85e2d0bc8f9184d5d1cfe665a2f31a19f99eeb9",
      "win32-x64": "9cb75551d81c909c2241ab383ced2be68363b5bfb15fd989badcc5a63bea5d7e",
    },
  },
};

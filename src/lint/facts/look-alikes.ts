/** Spellings of other charts for what ClearML's charts call otherwise. */
export const LOOK_ALIKES: Readonly<Record<string, string>> = {
  className: "ingressClassName",
  host: "hostName",
  hosts: "hostName",
  tls: "tlsSecretName",
  env: "extraEnvs",
  envs: "extraEnvs",
  extraEnv: "extraEnvs",
  extraEnvVars: "extraEnvs",
  replicas: "replicaCount",
  imagePullSecrets: "existingImagePullSecrets",
  extraImagePullSecrets: "existingImagePullSecrets",
  existingImagePullSecrets: "extraImagePullSecrets",
};

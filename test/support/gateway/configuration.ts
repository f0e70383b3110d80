import type { GatewayCertificates } from "./certificates.ts";
import { HOSTS, type Play, SERVER_COOKIE } from "./play.ts";

export interface Ports {
  https: number;
  http: number;
  /** API and web app: what is wrong with the gateway is not wrong with them. */
  server: number;
  /** The gateway without an Ingress, over http. */
  nodePort: number;
  /** The API over http. */
  apiHttp: number;
}

export interface Upstreams {
  /** The API double. */
  api: string;
  /** Who says whether a request may pass, and what is behind the gateway. */
  backend: string;
}

/** The whole configuration of an nginx that plays Ingress, gateway, API and web app. */
export function configuration(
  folder: string,
  play: Play,
  ports: Ports,
  upstreams: Upstreams,
  certificates: GatewayCertificates,
): string {
  const { certificate, key } = certificates.of[play.certificate];
  const own = certificates.of.good;
  const ssl = play.tls === "on" ? " ssl" : "";
  const served = gatewayServer(play, upstreams);
  return `
daemon off;
master_process off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 512; }
http {
  access_log off;
  server_tokens off;
  keepalive_timeout 30;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n  ")}
  proxy_http_version 1.1;
  map $upstream_http_set_cookie $session_cookie {
    default $upstream_http_set_cookie;
    "~^${SERVER_COOKIE}=(?<rest>.*)$" "${cookieLine(play)}";
  }
  ssl_certificate ${certificate};
  ssl_certificate_key ${key};
  server {
    ${listens(ports.https, ` default_server${ssl}`)}
    server_name _;
    ${everywhere(play)}
  }
  server {
    ${listens(ports.https, ssl)}
    server_name ${HOSTS.gateway} ${HOSTS.gateway6} 127.0.0.1 [::1];
    ${isUnknown(play) ? everywhere(play) : served}
  }
  server {
    ${listens(ports.server, " ssl")}
    server_name ${HOSTS.api};
    ssl_certificate ${own.certificate};
    ssl_certificate_key ${own.key};
    ${apiServer(upstreams)}
  }
  server {
    ${listens(ports.server, " ssl")}
    server_name ${HOSTS.app};
    ssl_certificate ${own.certificate};
    ssl_certificate_key ${own.key};
    location / { default_type text/html; return 200 "<title>ClearML</title>"; }
  }
  ${play.http === "closed" ? "" : `server {\n    ${listens(ports.http)}\n    ${httpServer(play, served)}\n  }`}
  server {
    ${listens(ports.nodePort)}
    ${served}
  }
  server {
    ${listens(ports.apiHttp)}
    ${apiServer(upstreams)}
  }
}
`;
}

function listens(port: number, more = ""): string {
  return `listen 127.0.0.1:${port}${more}; listen [::1]:${port}${more};`;
}

function cookieLine({ cookie }: Play): string {
  const domain = cookie.domain ? `; Domain=${cookie.domain}` : "";
  return `${cookie.name}=$rest${domain}${cookie.secure ? "; Secure" : ""}`;
}

/** For hosts of nobody. */
function everywhere({ answers }: Play): string {
  return answers === "catch-all"
    ? 'location / { default_type text/html; return 200 "<title>Welcome</title>"; }'
    : 'location / { default_type text/plain; return 404 "default backend - 404"; }';
}

/** Whether no Ingress has the gateway's host. */
function isUnknown({ answers }: Play): boolean {
  return answers === "default-backend" || answers === "catch-all";
}

function httpServer(play: Play, served: string): string {
  if (isUnknown(play)) return everywhere(play);
  if (play.http === "serves") return served;
  return play.http === "redirects"
    ? "return 308 https://$host$request_uri;"
    : "return 301 https://elsewhere.example$request_uri;";
}

function apiServer({ api }: Upstreams): string {
  return `location / {
      proxy_pass ${api};
      proxy_hide_header Set-Cookie;
      add_header Set-Cookie $session_cookie always;
    }`;
}

function gatewayServer({ answers }: Play, { backend }: Upstreams): string {
  // The discard port: nobody listens there.
  if (answers === "bad-gateway") return "location / { proxy_pass http://127.0.0.1:9; }";
  if (answers === "error") return "location / { return 500; }";
  if (answers === "parked") return "location / { return 302 https://parking.example/sale; }";
  if (answers === "circle") return "location / { return 302 $scheme://$http_host/; }";
  return `location / {
      auth_request /.auth;
      error_page 401 = @login;
      proxy_pass ${backend};
      proxy_set_header Host $http_host;
      proxy_set_header X-Original-URI $request_uri;
    }
    location = /.auth {
      internal;
      proxy_pass ${backend}/.auth;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header X-Original-URI $request_uri;
    }
    location @login {
      if ($http_authorization) { return 401; }
      return 302 https://${HOSTS.app}/login?redirect=$request_uri;
    }`;
}

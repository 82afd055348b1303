# The gateway as an image: built, then only what runs. docs/guide/cluster.md shows it at work; its steps
# are tried without Docker by tools/try-dockerfile.mjs.
ARG NODE=26-bookworm-slim

FROM node:${NODE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc tsconfig.base.json ./
COPY packages ./packages
COPY tests/package.json ./tests/package.json
# The admin application shows some of it.
COPY docs/guide ./docs/guide
RUN npm ci
RUN npm run build

FROM node:${NODE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
COPY tests/package.json ./tests/package.json
RUN npm ci --omit=dev --workspace @chatgate/server --workspace @chatgate/cli

FROM node:${NODE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 DATA_DIR=/data
WORKDIR /app
COPY --from=packages /app ./
COPY --from=build /app/packages/admin/dist ./packages/admin/dist
COPY LICENSE ./
RUN mkdir /data && chown 1000:1000 /data
# The user `node` of the base image. Nothing outside /data is written: the root file system may be read-only.
USER 1000:1000
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "packages/server/src/main.ts"]

# The service without a database of its own: give it DATABASE_URL (docker-compose.yml shows how).
# There is no build step; the first stage only keeps npm's cache and tools out of the image.
# The Node that the tests run on (package.json); --build-arg NODE_VERSION=… takes another.
ARG NODE_VERSION=24.21.0
FROM node:${NODE_VERSION}-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:${NODE_VERSION}-slim
ENV NODE_ENV=production \
    LODESTONE_HOST=0.0.0.0 \
    LODESTONE_PORT=8080 \
    LODESTONE_DATA_DIR=/var/lib/lodestone
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE NOTICE ./
COPY bin bin
COPY data data
COPY migrations migrations
COPY schemas schemas
COPY src src
# Holds the guard of the log, which must outlive the container and stay out of database backups.
RUN install --directory --owner=node --group=node --mode=700 /var/lib/lodestone
VOLUME /var/lib/lodestone
USER node
EXPOSE 8080
# Ready counts at once, failures only after the start period: a first start makes the schema, a later one may wait for
# another process that migrates, and both take many times as long on a machine that is slow or busy. What cannot start ends.
HEALTHCHECK --interval=10s --timeout=10s --start-period=5m --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.LODESTONE_PORT + '/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# As npm start does: see docs/adr/0037-young-objects-stay-young.md.
CMD ["node", "--max-semi-space-size=32", "--heap-growing-percent=60", "--no-allocation-site-pretenuring", "src/server.ts"]

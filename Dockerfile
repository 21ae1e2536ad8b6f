# Two images from one file: `development` serves the mounted source, `production` holds the installed package.
# Neither has a compiler, nor does any stage before: every dependency comes as a wheel, checked against its hash.
FROM python:3.12-slim-bookworm AS base
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    EVOKE_DATA_DIR=/data \
    EVOKE_HOST=0.0.0.0
RUN groupadd --gid 1000 evoke \
    && useradd --uid 1000 --gid evoke --home-dir /data --no-create-home --shell /usr/sbin/nologin evoke \
    && install -d -o evoke -g evoke -m 0700 /data
WORKDIR /app
EXPOSE 8000
STOPSIGNAL SIGTERM
# Bash asks in 2 ms; starting Python for it would take a hundred.
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=6 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${EVOKE_PORT:-8000} && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ $status = 200 ]"]

FROM python:3.12-slim-bookworm AS dependencies
COPY requirements/run.lock /build/run.lock
# The venv has no pip of its own: what runs has no use for it.
RUN --mount=type=cache,target=/var/cache/pip \
    python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python --disable-pip-version-check install \
        --cache-dir /var/cache/pip --only-binary :all: --require-hashes --root-user-action ignore -r /build/run.lock

FROM dependencies AS package
WORKDIR /build
COPY pyproject.toml README.md ./
COPY migrations migrations
COPY src src
# The build tools are in the lock, so that the package is built offline; they go again before anything is copied.
RUN /opt/venv/bin/python -m hatchling build -t wheel -d dist \
    && pip --python /opt/venv/bin/python --disable-pip-version-check install --no-deps --no-index dist/*.whl \
    && pip --python /opt/venv/bin/python --disable-pip-version-check uninstall --yes \
        hatchling editables trove-classifiers

FROM base AS development
COPY --from=dependencies /opt/venv /opt/venv
COPY pyproject.toml README.md ./
COPY migrations migrations
COPY src src
RUN pip --python /opt/venv/bin/python --disable-pip-version-check install \
        --no-deps --no-build-isolation --no-index --root-user-action ignore -e .
USER evoke
CMD ["evoke", "serve", "--reload"]

FROM base AS production
COPY --from=package /opt/venv /opt/venv
USER evoke
VOLUME /data
CMD ["evoke", "serve"]

# One container per town. Build: docker build --tag balie .
# Run: docker run --read-only --tmpfs /tmp --volume balie:/data --publish 127.0.0.1:8000:8000 --env-file town.env balie
# town.env holds secrets and BALIE_PUBLIC_URL; folders and ports are set below and stay out of it.

FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/balie
ENV PATH=/opt/balie/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements/run.txt requirements/
RUN pip install --require-hashes --requirement requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY knowledge knowledge
COPY bot bot
COPY handlers handlers
RUN pip install --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --no-create-home balie \
    && install --directory --owner=balie --group=balie --mode=0700 /data
COPY --from=build /opt/balie /opt/balie
ENV PATH=/opt/balie/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
ENV BALIE_DATA=/data BALIE_RULES=/data/routing_rules.yaml BALIE_HOST=0.0.0.0 BALIE_PORT=8000
USER balie
# routing_rules.yaml, the database and the answers live here; nothing else is written.
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/livez'); exit(c.getresponse().status != 200)"]
ENTRYPOINT ["balie"]
CMD ["run"]

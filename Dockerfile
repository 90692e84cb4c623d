# Two stages: the first builds the virtual environment, the messages and the static files; the second runs them.
FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN apt-get update && apt-get install -y --no-install-recommends gettext && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/venv
ENV PATH="/opt/venv/bin:$PATH"
COPY requirements/run.txt /tmp/run.txt
RUN pip install --no-cache-dir --require-hashes -r /tmp/run.txt
WORKDIR /app
COPY manage.py pyproject.toml LICENSE ./
COPY sdgpartners sdgpartners
COPY applications applications
COPY matching matching
COPY exchanges exchanges
COPY budget budget
COPY portal portal
COPY templates templates
COPY static static
COPY locale locale
# Nothing is called while building; Django's settings only want to have these.
RUN python -c "from sdgpartners.local.catalogues import compile_catalogues; compile_catalogues()" \
    && SECRET_KEY=build DATABASE_URL=postgres:///build REDIS_URL=redis://localhost/0 STATIC_ROOT=/app/collected \
       python manage.py collectstatic --noinput

FROM python:3.12-slim
# WeasyPrint's libraries, and fonts for the reports: letters (Arabic and Hebrew too) and emoji.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app portal \
    && install -d -o portal -g portal /srv/files /srv/state
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH="/opt/venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=sdgpartners.settings \
    STATIC_ROOT=/app/collected MEDIA_ROOT=/srv/files BEAT_SCHEDULE=/srv/state/beat-schedule
USER portal
VOLUME ["/srv/files"]
EXPOSE 8000
CMD ["gunicorn", "sdgpartners.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--no-control-socket", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-"]

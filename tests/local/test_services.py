import os
from django.db import connection
import pytest
@pytest.mark.django_db
def test_x():
    with connection.cursor() as c:
        c.execute("select current_database()"); assert c.fetchone()[0] == "test_sdgpartners_infra"
        assert os.environ["REDIS_URL"]

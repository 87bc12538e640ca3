import messenger
import pytest
from alarms import raise_alarms


@pytest.mark.taskfail
def test_each_alarm_is_delivered_once():
    messenger.delivered.clear()
    messenger.keys.clear()
    try:
        raise_alarms([1, 2])
    finally:
        assert len(set(messenger.delivered)) == len(messenger.delivered)

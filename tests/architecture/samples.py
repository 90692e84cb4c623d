"""Real objects of the demo's story, by the name that the tables of routes and roles use for them."""

from typing import Any

from django.contrib import admin

from applications.enums import ApplicationStatus, ReviewStatus
from applications.models import Application, Call, Review
from budget.enums import ExpenseStatus
from budget.models import Expense
from exchanges.enums import HomeworkStatus, MeetingStatus
from exchanges.models import HomeworkAnswer, Session, Visit
from matching.enums import ScenarioStatus
from matching.models import Partnership, Proposal, Scenario
from sdgpartners.documents.content import RECEIPTS
from sdgpartners.documents.enums import JobState, ReportState
from sdgpartners.documents.models import GeneratedReport, Job, StoredFile
from sdgpartners.people.models import User
from sdgpartners.people.services.invitations import invite_person
from portal.demo.accounts import DOMAIN

__all__ = ["arguments_of", "person"]

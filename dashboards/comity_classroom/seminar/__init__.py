"""The lessons of the seminar, listed and shown."""

from comity_classroom.seminar.lessons import SeminarLesson, doubting_page, find_lesson, seminar_lessons

__all__ = ["SeminarLesson", "doubting_page", "find_lesson", "seminar_lessons"]

"""Messages to people as bytes: mails, their tracked links, and the reports that come back."""

"""x"""
urlpatterns=[]
